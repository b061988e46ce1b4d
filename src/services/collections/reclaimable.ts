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
  /** Of the last run that verified, with when that was. */
  readonly verification: (Verification & { readonly atMs: number }) | null
  /** Why it cannot be told: a collection would refuse to run for the same reason. */
  readonly error: string | null
}

export interface Reclaimable {
  /**
   * Computed anew only when something has changed; calls at the same time share one run.
   *
   * @param supposed a policy to go by instead of the one that is in force
   */
  view(supposed?: CollectionPolicy): Promise<ReclaimableView>
  /**
   * What can be told without waiting long, under the policy in force: as it is now where that is soon
   * known, else as it was computed last, while it is computed anew.
   */
  glance(): Promise<ReclaimableGlance>
  /** What was computed last under the policy in force, however old it is. Costs nothing. */
  known(): KnownAmounts | null
  /** What was computed before no longer counts. */
  changed(): void
}

export interface ReclaimableGlance {
  /** Null: nothing was computed yet. */
  readonly view: ReclaimableView | null
  /** Whether all that has changed is in it. If not, it is worth asking again. */
  readonly isCurrent: boolean
}

/** What there was to free, and how much was stored, at some time. */
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
  /** While a collection removes things, what was known before it began is told. */
  readonly isCollecting: () => boolean
}

/** Retention runs out and uploads grow old without any change: so nothing is believed for longer. */
const believedMs = 5 * 60_000
/** With more manifests than this, a glance does not wait until all is looked at. */
const manifestsWaitedFor = 1000
/** For whoever glances, looking again may take at most one part in this many of the time. */
const restFactor = 10

interface Computed {
  readonly version: number
  readonly policy: string
  readonly view: ReclaimableView
  readonly tookMs: number
}

/** What was computed last, and what is being computed. */
interface Shelf {
  last: Computed | null
  underWay: { readonly version: number; readonly answer: Promise<Computed> } | null
}

export function createReclaimable(ports: ReclaimablePorts): Reclaimable {
  const { clock } = ports
  let version = 0
  // Apart, so that somebody who tries a policy out does not make everybody else's figures anew.
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
    // Of before the analysis: a change that comes meanwhile makes the next call compute again.
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
    // A clock that was set back must not keep it for ever.
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
      // Nobody waits: whoever asks for the whole view meets the failure itself.
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

/** Runs that were stopped early, or failed, did not verify; so it may be some runs ago. */
async function lastVerification(jobs: Jobs): Promise<ReclaimableView['verification']> {
  const { jobs: ended } = await jobs.list({ running: false, dryRun: false, offset: 0, limit: 20 })
  for (const { result, finishedAtMs } of ended) {
    if (result?.verification && finishedAtMs !== null) {
      return { ...result.verification, atMs: finishedAtMs }
    }
  }
  return null
}
