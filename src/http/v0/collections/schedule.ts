import { scheduleRequest, type WireSchedule } from '#contract/garbage-collection.ts'
import { clampedSize, instantMs } from '#contract/query-parameters.ts'
import { previewSchedule, type ScheduleView } from '#services/jobs/scheduler.ts'
import type { MissedRuns } from '#state/settings.ts'
import * as z from 'zod/mini'
import { actorOf } from '../../env.ts'
import { refusalError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant } from '../instant.ts'
import { readBody } from '../read-body.ts'
import { readQuery } from '../read-query.ts'
import type { Resource } from '../mount-resource.ts'

/** The most next runs that a preview computes. */
const maximumPreview = 100

const toMissedResponse = ({ lastDueMs, sinceMs, untilMs, ...missed }: MissedRuns) => ({
  ...missed,
  dueAt: toInstant(lastDueMs),
  since: toInstant(sinceMs),
  until: toInstant(untilMs),
})

const toScheduleResponse = ({ nextRunsMs, missed, ...view }: ScheduleView): WireSchedule => ({
  schedule: view.schedule,
  fields: view.fields && { ...view.fields },
  description: view.description,
  nextRuns: nextRunsMs.map(toInstant),
  missed: missed && toMissedResponse(missed),
})

export const scheduleResource = ({ scheduler }: ApiServices): Resource => ({
  GET: {
    by: 'signed in',
    answer: async (context) => context.json(toScheduleResponse(await scheduler.scheduleView())),
  },
  POST: {
    by: 'administrator',
    answer: async (context) => {
      const { schedule } = await readBody(context, scheduleRequest)
      const saved = await scheduler.setSchedule(schedule, actorOf(context))
      if (!saved.ok) throw refusalError(saved.refusal)
      return context.json(toScheduleResponse(saved.value))
    },
  },
  DELETE: {
    by: 'administrator',
    answer: async (context) => {
      await scheduler.setSchedule(null, actorOf(context))
      return context.body(null, 204)
    },
  },
})

const previewQuery = z.object({
  from: z.optional(instantMs),
  count: z.optional(clampedSize(maximumPreview)),
})

export const schedulePreviewResource = ({ clock }: ApiServices): Resource => ({
  GET: {
    by: 'signed in',
    answer: (context) => {
      const { from = clock.nowMs(), count = 5 } = readQuery(context, previewQuery)
      // An empty schedule is a schedule too, with its own error message.
      const preview = previewSchedule(context.req.query('schedule') ?? '', from, count)
      if (!preview.ok) throw refusalError(preview.refusal)
      return context.json(toScheduleResponse(preview.value))
    },
  },
})
