import type { CollectionResult } from '#domain/collection/collection-result.ts'
import type { CollectionPolicy } from '#domain/policy/collection-policy.ts'
import { err, ok, type Refusal, type Result } from '#domain/values/result.ts'
import type { CollectionEvent } from '#gc/ports/collection-event.ts'
import type { CollectionOptions } from '#gc/run.ts'
import type { Plans, StoredPlan } from '#state/jobs.ts'
import { sparingWhatRuns, untaggedStay } from '../../../garbage-collection/spare-running.ts'
import type { RunningGuard } from '../../../retention/running/running-guard.ts'
import { getPolicy, type PolicyDeps } from '../../../settings/policy.ts'
import type { JobEnd, JobTask } from '../../job-kind.ts'
import type { CollectionRequest } from './collection-codec.ts'
import type { EndedCollection } from './while-state-answers.ts'

/** Runs a collection; the host passes it registry, gate and clock. */
export type RunCollection = (
  options: Pick<
    CollectionOptions,
    'policy' | 'dryRun' | 'atMost' | 'spareDeletedHours' | 'signal' | 'emit'
  >,
) => Promise<EndedCollection>

export interface CollectionDeps {
  readonly state: PolicyDeps['state'] & { readonly plans: Pick<Plans, 'find'> }
  readonly runCollection: RunCollection
  readonly running: Pick<RunningGuard, 'look'>
  /** How many more bytes fit; null where that is not known. */
  readonly freeBytes: () => Promise<number | null>
  /** Before a collection that makes its own plan. Default: nothing. */
  readonly cleanFirst?: (task: JobTask) => Promise<void>
}

export interface PlanRefusal extends Refusal {
  readonly code: 'NO_SUCH_PLAN'
}

/** What a run follows. */
export interface CollectionOrders {
  readonly policy: CollectionPolicy
  /** Although the policy that was saved says otherwise: `sparingWhatRuns`. */
  readonly leavesUntagged: boolean
  readonly plan: StoredPlan | null
  readonly spareDeletedHours: number | null
}

/** The policy at the start, and the plan that was asked for. */
export async function ordersFor(
  deps: CollectionDeps,
  { planID, spareDeletedHours }: CollectionRequest,
): Promise<Result<CollectionOrders, PlanRefusal>> {
  const plan = planID === null ? null : await deps.state.plans.find(planID)
  if (planID !== null && plan === null) {
    const message = `there is no plan "${planID}" (any more): make a new one by a dry run`
    return err({ code: 'NO_SUCH_PLAN', message })
  }
  const saved = await getPolicy(deps)
  const policy = await sparingWhatRuns(saved, deps.running)
  return ok({ policy, leavesUntagged: policy !== saved, plan, spareDeletedHours })
}

/** Runs it, or plans it. Rejects as the collection does. */
export function collect(
  { runCollection }: CollectionDeps,
  { policy, leavesUntagged, plan, spareDeletedHours }: CollectionOrders,
  { signal, progress, log }: JobTask,
  dryRun: boolean,
): Promise<EndedCollection> {
  const emit = (event: CollectionEvent): void =>
    event.kind === 'log' ? log(event.level, event.message) : progress(event.progress)
  if (leavesUntagged) log('info', untaggedStay)
  const atMost = plan === null ? {} : { atMost: plan.items }
  return runCollection({ policy, dryRun, ...atMost, spareDeletedHours, signal, emit })
}

export function endOf<Found extends CollectionResult>(
  result: Found,
  failure: string | null = null,
): JobEnd<Found> {
  if (failure !== null) return { status: 'errored', result, error: failure }
  return { status: result.endedBy === 'stopped' ? 'canceled' : 'done', result, error: null }
}
