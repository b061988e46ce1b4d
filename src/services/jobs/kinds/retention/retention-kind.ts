import { err, ok, type Refusal, type Result } from '#domain/values/result.ts'
import type { Brake } from '../../../retention/run/brakes.ts'
import type { RetentionResult } from '../../../retention/run/retention-result.ts'
import {
  brakesOnPreview,
  runRetention,
  type RunDeps,
  type RunRequest,
} from '../../../retention/run/run-retention.ts'
import type { JobKind } from '../../job-kind.ts'
import { retentionCodec, type RetentionJob, type RetentionRequest } from './retention-codec.ts'

export interface RetentionDeps {
  readonly retention: Omit<RunDeps, 'queries' | 'onChange'> & {
    readonly registry: Pick<RunDeps, 'queries' | 'onChange'>
  }
}

export type RetentionRefusal =
  | (Refusal & { readonly code: 'NO_SUCH_PREVIEW' | 'PREVIEW_NOT_RUNNABLE' })
  | (Refusal & {
      readonly code: 'APPROVAL_NEEDED'
      readonly previewID: string
      readonly removed: number
      readonly brakes: readonly Brake[]
    })

/** What a run follows: what was reviewed, if that may run. */
async function ordersFor(
  deps: RunDeps,
  { scope, previewID }: RetentionRequest,
): Promise<Result<RunRequest, RetentionRefusal>> {
  if (previewID === null) return ok({ scope, reviewed: null })
  const kept = await deps.previews.get(previewID)
  if (kept === null) {
    const message = 'this preview is not kept any more: make it again'
    return err({ code: 'NO_SUCH_PREVIEW', message })
  }
  const { preview, isApproved } = kept
  if (!preview.isRunnable) {
    const message =
      'a preview of a draft, or for another moment, cannot be run: save the policy, and make a preview for now'
    return err({ code: 'PREVIEW_NOT_RUNNABLE', message })
  }
  const brakes = isApproved ? [] : await brakesOnPreview(deps, preview)
  const [first] = brakes
  if (first !== undefined) {
    const message = `an administrator has to approve this first: ${first.message}`
    const { removed } = preview.totals.verdicts
    return err({ code: 'APPROVAL_NEEDED', message, previewID, removed, brakes })
  }
  return ok({ scope: preview.scope, reviewed: { id: previewID, preview } })
}

/** Cleaning by rule, beside pushes, collections and verifications; one run at a time. */
export function retentionKind({
  retention,
}: RetentionDeps): JobKind<RetentionRequest, RetentionResult> {
  const { queries, onChange } = retention.registry
  return kindOf({ ...retention, queries, onChange })
}

const kindOf = (retention: RunDeps): JobKind<RetentionRequest, RetentionResult> => ({
  ...retentionCodec,
  conflictWith: ({ job, stopping }) =>
    job.kind !== retentionCodec.name
      ? null
      : stopping
        ? 'cleaning by rule is just being stopped: try again when it has ended'
        : 'cleaning by rule is running already: wait until it has finished, or stop it',
  async prepare(request) {
    const orders = await ordersFor(retention, request)
    if (!orders.ok) return orders
    return ok(async (task) => {
      const { result, failure } = await runRetention(retention, orders.value, task)
      if (failure !== null) return { status: 'errored', result, error: failure }
      const status = result.endedBy === 'stopped' ? 'canceled' : 'done'
      return { status, result, error: null }
    })
  },
  schedule: {
    request: retentionCodec.readRequest(null),
    changed: (before, after) => ({
      kind: 'retention settings changed',
      data: { changes: [{ field: 'schedule', before, after }] },
    }),
    skipped: () => null,
  },
  interrupted:
    'the server stopped while this ran; what it had taken is in the trash, and the next run goes on',
  facts: {
    started: () => null,
    stopped: () => null,
    finished: (job) => ({ kind: 'retention finished', data: dataOf(job) }),
  },
})

function dataOf({ id, status, error, result }: RetentionJob) {
  const { removed = 0, skipped = 0, waiting = 0 } = result ?? {}
  const end = status === 'running' ? ('errored' as const) : status
  return { jobID: id, status: end, error, removed, skipped, waiting }
}
