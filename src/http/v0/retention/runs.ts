import { retentionCalls } from '#contract/endpoints/retention.ts'
import type { WireRetentionSettings } from '#contract/rules/retention-runs.ts'
import { lastRetention } from '#services/jobs/kinds/retention/retention-history.ts'
import {
  approvePolicies,
  getRetentionSettings,
  setRetentionSettings,
} from '#services/retention/settings.ts'
import { parseClusterName } from '#services/retention/running/report-running.ts'
import type { RetentionSettings } from '#domain/policy/retention-settings.ts'
import { ApiError, refusalError } from '../../errors.ts'
import { actorOf } from '../../request-context.ts'
import type { ApiServices } from '../../services.ts'
import { toScheduleResponse } from '../garbage-collection/schedule.ts'
import { toInstant, toInstantOrNull } from '../instant.ts'
import { invalidParameter } from '../invalid-input.ts'
import type { Handlers } from '../mount-calls.ts'
import { readBody } from '../read-body.ts'
import { noSuchPreview } from './preview.ts'

export const retentionRunHandlers = (services: ApiServices) =>
  ({
    getRetentionSettings: async (context) =>
      context.json(await toWire(services, await getRetentionSettings(services))),
    setRetentionSettings: async (context) => {
      const choices = await readBody(context, retentionCalls.setRetentionSettings.body)
      for (const { name } of choices.running?.clusters ?? []) {
        const cluster = parseClusterName(name)
        if (!cluster.ok) throw invalidParameter('running.clusters', cluster.refusal.message)
      }
      const saved = await setRetentionSettings(services, choices, actorOf(context))
      return context.json(await toWire(services, saved))
    },
    getRetentionSchedule: async (context) =>
      context.json(toScheduleResponse(await services.retentionScheduler.scheduleView())),
    setRetentionSchedule: async (context) => {
      const { schedule } = await readBody(context, retentionCalls.setRetentionSchedule.body)
      const saved = await services.retentionScheduler.setSchedule(schedule, actorOf(context))
      if (!saved.ok) throw refusalError(saved.refusal)
      return context.json(toScheduleResponse(saved.value))
    },
    removeRetentionSchedule: async (context) => {
      await services.retentionScheduler.setSchedule(null, actorOf(context))
      return context.body(null, 204)
    },
    approveRetention: async (context) => {
      const { previewID } = await readBody(context, retentionCalls.approveRetention.body)
      const kept = await services.previews.get(previewID)
      if (kept === null) throw noSuchPreview()
      if (!kept.preview.isRunnable) {
        const message = 'a preview of a draft, or for another moment, cannot be approved'
        throw new ApiError('PREVIEW_NOT_RUNNABLE', message)
      }
      await approvePolicies(services, kept.preview, actorOf(context))
      await services.previews.approve(previewID)
      return context.body(null, 204)
    },
  }) satisfies Partial<Handlers<typeof retentionCalls>>

async function toWire(
  { state }: ApiServices,
  { approvals, pulls, running, ...choices }: RetentionSettings,
): Promise<WireRetentionSettings> {
  const last = await lastRetention(state.jobs)
  const { result = null } = last ?? {}
  return {
    ...choices,
    pulls: {
      headCounts: pulls.headCounts,
      ignoredAccounts: [...pulls.ignoredAccounts],
      ignoredUserAgents: [...pulls.ignoredUserAgents],
    },
    running: { ...running, clusters: [...running.clusters] },
    pullsSince: toInstantOrNull((await state.pulls.recording())?.sinceMs ?? null),
    approvals: Object.entries(approvals).map(([scope, { approvedAtMs, ...approval }]) => ({
      scope,
      ...approval,
      approvedAt: toInstant(approvedAtMs),
    })),
    waiting:
      last === null || result === null || result.waiting === 0
        ? null
        : {
            jobID: last.id,
            previewID: result.previewID,
            since: toInstant(last.finishedAtMs ?? last.updatedAtMs),
            count: result.waiting,
            brakes: [...result.brakes],
          },
  }
}
