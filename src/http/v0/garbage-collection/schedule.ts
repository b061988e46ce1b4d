import { collectionCalls } from '#contract/endpoints/garbage-collection.ts'
import type { WireSchedule } from '#contract/jobs/garbage-collection.ts'
import { previewSchedule, type ScheduleView } from '#services/jobs/scheduler.ts'
import type { MissedRuns } from '#state/settings.ts'
import { actorOf } from '../../request-context.ts'
import { refusalError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant } from '../instant.ts'
import { readBody } from '../read-body.ts'
import { readQuery } from '../read-query.ts'
import type { Handlers } from '../mount-calls.ts'

const toMissedResponse = ({ lastDueMs, sinceMs, untilMs, ...missed }: MissedRuns) => ({
  ...missed,
  dueAt: toInstant(lastDueMs),
  since: toInstant(sinceMs),
  until: toInstant(untilMs),
})

export const toScheduleResponse = ({
  nextRunsMs,
  missed,
  ...view
}: ScheduleView): WireSchedule => ({
  schedule: view.schedule,
  fields: view.fields && { ...view.fields },
  description: view.description,
  nextRuns: nextRunsMs.map(toInstant),
  missed: missed && toMissedResponse(missed),
})

export const scheduleHandlers = ({ scheduler }: ApiServices) =>
  ({
    getSchedule: async (context) =>
      context.json(toScheduleResponse(await scheduler.scheduleView())),
    setSchedule: async (context) => {
      const { schedule } = await readBody(context, collectionCalls.setSchedule.body)
      const saved = await scheduler.setSchedule(schedule, actorOf(context))
      if (!saved.ok) throw refusalError(saved.refusal)
      return context.json(toScheduleResponse(saved.value))
    },
    removeSchedule: async (context) => {
      await scheduler.setSchedule(null, actorOf(context))
      return context.body(null, 204)
    },
  }) satisfies Partial<Handlers<typeof collectionCalls>>

export const schedulePreviewHandlers = ({ clock }: ApiServices) =>
  ({
    previewSchedule: (context) => {
      const { from = clock.nowMs(), count = 5 } = readQuery(
        context,
        collectionCalls.previewSchedule.query,
      )
      // An empty schedule is a schedule too, with its own error message.
      const preview = previewSchedule(context.req.query('schedule') ?? '', from, count)
      if (!preview.ok) throw refusalError(preview.refusal)
      return context.json(toScheduleResponse(preview.value))
    },
  }) satisfies Partial<Handlers<typeof collectionCalls>>
