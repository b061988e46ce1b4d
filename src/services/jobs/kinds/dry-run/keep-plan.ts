import type { Clock } from '#domain/time/clock.ts'
import type { Collection } from '#gc/run.ts'
import type { Jobs, Plans } from '#state/jobs.ts'
import { lastCollections } from '../collection/collection-history.ts'
import { estimateGateClosedMs, type RunToEstimate } from './estimate.ts'

export interface KeepPlanDeps {
  readonly clock: Clock
  readonly createId: () => string
  readonly state: {
    readonly jobs: Pick<Jobs, 'list'>
    readonly plans: Pick<Plans, 'save' | 'keepNewest'>
  }
}

/** Plans are soon out of date, and can be large. */
const plansToKeep = 20

/** Resolves to its id, or to null if there is no plan. */
export async function keepPlan(
  { state, clock, createId }: KeepPlanDeps,
  jobID: string,
  made: Collection['plan'],
): Promise<string | null> {
  if (made === null) return null
  const madeAtMs = clock.nowMs()
  const id = createId()
  await state.plans.save({
    id,
    jobID,
    madeAtMs,
    items: made.items.toArray(),
    warnings: made.faults.map(({ repository, reason }) =>
      repository === null ? reason : `${repository}: ${reason}`,
    ),
    estimatedMs: estimateGateClosedMs({
      itemCount: made.items.length,
      last: await lastRun(state.jobs),
    }),
  })
  await state.plans.keepNewest(plansToKeep)
  return id
}

async function lastRun(jobs: Pick<Jobs, 'list'>): Promise<RunToEstimate['last']> {
  const [last] = await lastCollections(jobs, 1)
  if (!last?.result) return null
  const { layers, manifests } = last.result.removed
  return { gateClosedMs: last.result.gateClosedMs, itemCount: layers + manifests }
}
