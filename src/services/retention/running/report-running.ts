import { isClusterName } from '#domain/retention/cluster-name.ts'
import { parseRunningReport, type InvalidReport } from '#domain/retention/running-report.ts'
import { err, ok, type Refusal, type Result } from '#domain/values/result.ts'
import type { BeforeChange } from '#registry/before-change.ts'
import type { State } from '#state/state.ts'
import type { Actor } from '../../activity/actor.ts'
import { createEvent, type EventDeps } from '../../activity/record-activity.ts'
import { getRetentionSettings, type RetentionSettingsDeps } from '../settings.ts'
import { fileCluster } from './running-guard.ts'

export interface InvalidCluster extends Refusal {
  readonly code: 'INVALID_CLUSTER'
}

export interface NoSuchReport extends Refusal {
  readonly code: 'NO_SUCH_REPORT'
}

type ChangeDeps = EventDeps & { readonly state: State }

/** Whether a cluster can be called so. The file of the host has a name of its own. */
export function parseClusterName(name: string): Result<string, InvalidCluster> {
  if (isClusterName(name) && name !== fileCluster) return ok(name)
  const message =
    name === fileCluster
      ? `"${fileCluster}" stands for the file of JETSAM_RUNNING: choose another name`
      : 'a cluster has a name of lower-case letters, digits and . _ - between them, at most 63 characters'
  return err({ code: 'INVALID_CLUSTER', message })
}

/** Whether an account that is no administrator may report for a cluster. */
export async function mayReport(
  deps: RetentionSettingsDeps,
  cluster: string,
  account: string,
): Promise<boolean> {
  const { running } = await getRetentionSettings(deps)
  return running.clusters.some((one) => one.name === cluster && one.account === account)
}

/**
 * Stores what a cluster runs now. Reports come every few minutes: recorded are the first of a
 * cluster, and one by another account than before.
 */
export async function reportRunning(
  deps: ChangeDeps,
  {
    cluster,
    text,
    actor,
    beforeChange,
  }: {
    readonly cluster: string
    readonly text: string
    readonly actor: Actor
    readonly beforeChange?: BeforeChange
  },
): Promise<Result<null, InvalidReport>> {
  const parsed = parseRunningReport(text)
  if (!parsed.ok) return parsed
  await beforeChange?.()
  const { name: reportedBy } = actor
  const report = {
    cluster,
    id: deps.createId(),
    reportedAtMs: deps.clock.nowMs(),
    reportedBy,
    text,
  }
  const data = { cluster, images: parsed.value.length }
  const event = createEvent(deps, 'running reported', actor, data)
  await deps.state.transaction(async ({ runningReports, activity }) => {
    const before = (await runningReports.list()).find((one) => one.cluster === cluster)
    await runningReports.put(report)
    if (before === undefined || before.reportedBy !== reportedBy) await activity.record(event)
  })
  return ok(null)
}

/** Gives up what a cluster reported: it is no more, or reports no more. */
export async function removeRunningReport(
  deps: ChangeDeps,
  cluster: string,
  actor: Actor,
): Promise<Result<null, NoSuchReport>> {
  const event = createEvent(deps, 'running report removed', actor, { cluster })
  const isRemoved = await deps.state.transaction(async ({ runningReports, activity }) => {
    if (!(await runningReports.remove(cluster))) return false
    await activity.record(event)
    return true
  })
  return isRemoved ? ok(null) : err(noSuchReport(cluster))
}

export const noSuchReport = (cluster: string): NoSuchReport => ({
  code: 'NO_SUCH_REPORT',
  message: `${cluster} has not reported what it runs`,
})
