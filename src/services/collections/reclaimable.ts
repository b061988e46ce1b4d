import type { Clock } from '#domain/time/clock.ts'
import type { CollectionPolicy } from '#domain/policy/collection-policy.ts'
import {
  nothingRemoved,
  type CollectionResult,
  type Removed,
  type RemovedByCause,
  type Verification,
} from '#domain/collection/collection-result.ts'
import type { Jobs } from '#state/jobs.ts'

/** What a collection would free now. */
export interface ReclaimableView {
  readonly asOfMs: number
  readonly reclaimable: Removed
  readonly byCause: RemovedByCause
  readonly byRepository: Readonly<Record<string, Removed>>
  readonly storedBytes: number
  readonly tagCount: number
  readonly repositoryCount: number
  /** The verification of the last run that made one, with its time. */
  readonly verification: (Verification & { readonly atMs: number }) | null
  /** Why it cannot be computed: a collection would refuse to run for the same reason. */
  readonly error: string | null
}

export interface Reclaimable {
  /**
   * Computed again only after a change; concurrent calls share one run.
   *
   * @param supposed a policy to use instead of the current one
   */
  view(supposed?: CollectionPolicy): Promise<ReclaimableView>
  /**
   * What is known without a long wait, under the current policy: the present value if it is known
   * soon, or else the last computed one, while a new one is computed.
   */
  glance(): Promise<ReclaimableGlance>
  /** The last value under the current policy, of any age. Costs nothing. */
  known(): KnownAmounts | null
  /** Values computed before this are out of date. */
  changed(): void
}

export interface ReclaimableGlance {
  /** Null: nothing was computed yet. */
  readonly view: ReclaimableView | null
  /** Whether it includes all changes. If not, ask again later. */
  readonly isCurrent: boolean
}

/** How much could be freed, and how much was stored, at some time. */
export interface KnownAmounts {
  readonly asOfMs: number
  readonly reclaimableBytes: number
  readonly storedBytes: number
}

export interface ReclaimablePorts {
  readonly clock: Clock
  readonly jobs: Jobs
  readonly policy: () => Promise<CollectionPolicy>
  /** A dry run that is no job: nothing of it is stored. */
  readonly analyse: (policy: CollectionPolicy) => Promise<CollectionResult>
  readonly repositories: () => Promise<
    readonly { readonly tagCount: number; readonly manifestCount: number }[]
  >
  /** While a collection removes things, the value from before its start is returned. */
  readonly isCollecting: () => boolean
}

/** Retention ends and uploads get old without any change: so no value is used for longer. */
const believedMs = 5 * 60_000
/** With more manifests than this, a glance does not wait for an analysis. */
const manifestsWaitedFor = 1000
/** For glances, the analysis may take at most one part in this many of the time. */
const restFactor = 10

interface Computed {
  readonly version: number
  readonly policy: string
  readonly view: ReclaimableView
  readonly tookMs: number
}

/** The last computed value, and the computation under way. */
interface Shelf {
  last: Computed | null
  underWay: { readonly version: number; readonly answer: Promise<Computed> } | null
}

export function createReclaimable(ports: ReclaimablePorts): Reclaimable {
  const { clock } = ports
  let version = 0
  // Separate, so that trying out a policy does not recompute the value for everyone else.
  const inForce: Shelf = { last: null, underWay: null }
  const tried: Shelf = { last: null, underWay: null }

  function isFresh(computed: Computed, policy: CollectionPolicy): boolean {
    if (computed.view.error !== null) return false
    const isOfPolicy = computed.policy === JSON.stringify(policy)
    if (ports.isCollecting() && (isOfPolicy || computed === inForce.last)) return true
    const ageMs = clock.nowMs() - computed.view.asOfMs
    return computed.version === version && isOfPolicy && ageMs >= 0 && ageMs < believedMs
  }

  async function compute(policy: CollectionPolicy): Promise<Computed> {
    // From before the analysis: a change during it makes the next call compute again.
    const before = { version, policy: JSON.stringify(policy), asOfMs: clock.nowMs() }
    const took = () => ({ tookMs: clock.nowMs() - before.asOfMs })
    const repositories = await ports.repositories()
    const counts = {
      asOfMs: before.asOfMs,
      tagCount: repositories.reduce((sum, { tagCount }) => sum + tagCount, 0),
      repositoryCount: repositories.length,
      verification: await lastVerification(ports.jobs),
    }
    try {
      const { planned, byCause, byRepository, storedBytes } = await ports.analyse(policy)
      const view = { ...counts, byCause, byRepository, storedBytes, error: null }
      return { ...before, ...took(), view: { ...view, reclaimable: planned } }
    } catch (error) {
      const view = { ...counts, reclaimable: nothingRemoved, byCause: {}, byRepository: {} }
      const reason = error instanceof Error ? error.message : String(error)
      return { ...before, ...took(), view: { ...view, storedBytes: 0, error: reason } }
    }
  }

  const isDue = ({ view, tookMs }: Computed): boolean => {
    const ageMs = clock.nowMs() - view.asOfMs
    // A clock that was set back must not keep the value forever.
    return ageMs < 0 || ageMs > tookMs * restFactor
  }

  async function currentView(supposed?: CollectionPolicy): Promise<ReclaimableView> {
    const shelf = supposed === undefined ? inForce : tried
    const policy = supposed ?? (await ports.policy())
    for (;;) {
      if (shelf.last !== null && isFresh(shelf.last, policy)) return shelf.last.view
      if (shelf.underWay === null) break
      const { answer } = shelf.underWay
      const isOfNow = shelf.underWay.version === version
      const computed = await answer
      if (isOfNow && computed.policy === JSON.stringify(policy)) return computed.view
    }
    const answer = compute(policy)
    shelf.underWay = { version, answer }
    try {
      shelf.last = await answer
      return shelf.last.view
    } finally {
      shelf.underWay = null
    }
  }

  return {
    view: currentView,

    async glance() {
      const { last } = inForce
      if (last !== null && isFresh(last, await ports.policy())) {
        return { view: last.view, isCurrent: true }
      }
      const repositories = await ports.repositories()
      const manifests = repositories.reduce((sum, { manifestCount }) => sum + manifestCount, 0)
      if (manifests <= manifestsWaitedFor) return { view: await currentView(), isCurrent: true }
      // No caller waits: a caller of the whole view gets the failure itself.
      if (last === null || isDue(last)) currentView().catch(() => {})
      return { view: last?.view ?? null, isCurrent: false }
    },

    known() {
      const view = inForce.last?.view
      if (view === undefined || view.error !== null) return null
      const { asOfMs, reclaimable, storedBytes } = view
      return { asOfMs, reclaimableBytes: reclaimable.bytes, storedBytes }
    },

    changed() {
      version += 1
    },
  }
}

/** Stopped or failed runs did not verify, so this may be some runs back. */
async function lastVerification(jobs: Jobs): Promise<ReclaimableView['verification']> {
  const { jobs: ended } = await jobs.list({ running: false, dryRun: false, offset: 0, limit: 20 })
  for (const { result, finishedAtMs } of ended) {
    if (result?.verification && finishedAtMs !== null) {
      return { ...result.verification, atMs: finishedAtMs }
    }
  }
  return null
}
