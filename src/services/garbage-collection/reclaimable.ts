import type { Clock } from '#domain/time/clock.ts'
import type { CollectionPolicy } from '#domain/policy/collection-policy.ts'
import {
  nothingRemoved,
  type Removed,
  type RemovedByCause,
} from '#domain/collection/collection-result.ts'
import type { StoredBytes } from '#domain/collection/stored-parts.ts'
import { getPolicy, type PolicyDeps } from '../settings/policy.ts'

/** What a collection would free. */
export interface ReclaimableView {
  /** What other software wrote after this moment is not in it. */
  readonly asOfMs: number
  /** False: a newer view is being prepared. Ask again soon. */
  readonly isCurrent: boolean
  readonly reclaimable: Removed
  readonly byCause: RemovedByCause
  readonly byRepository: Readonly<Record<string, Removed>>
  readonly storedBytes: number
  /** What the stored bytes are there for; null where it cannot be told. */
  readonly stored: StoredBytes | null
  readonly tagCount: number
  readonly repositoryCount: number
  /** Why it cannot be computed: a collection would refuse to run for the same reason. */
  readonly error: string | null
}

export interface Reclaimable {
  /**
   * As of what is known of the store, with all changes by this server. Computed again only after a
   * change, or after a minute; concurrent calls share one run.
   * @param waits until it is current, for a decision; default: it may be of some time ago
   */
  currentView(waits?: 'until current'): Promise<ReclaimableView>
  /** Like `currentView`, under a changed policy. */
  viewIf(changes: Partial<CollectionPolicy>, waits?: 'until current'): Promise<ReclaimableView>
  /**
   * What is known without a long wait, under the current policy: the present value if it is known
   * soon, or else the last computed one, while a new one is computed.
   */
  peekView(): Promise<ReclaimablePeek>
  /** The last value under the current policy, of any age. Costs nothing. */
  lastAmounts(): KnownAmounts | null
  /** Values computed before this are out of date. */
  registryChanged(): void
}

export interface ReclaimablePeek {
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

/** What would be freed of what was stored at some time. */
export type Analysed = Pick<
  ReclaimableView,
  'asOfMs' | 'isCurrent' | 'reclaimable' | 'byCause' | 'byRepository' | 'storedBytes' | 'stored'
>

export interface Analysing {
  readonly waits?: 'until current'
  /** A policy that is tried: what the stored bytes are there for is not asked. */
  readonly isTrial: boolean
}

export interface ReclaimableDeps {
  readonly clock: Clock
  readonly state: PolicyDeps['state']
  /** What a collection would free. Nothing of it is stored. */
  readonly analyse: (policy: CollectionPolicy, how: Analysing) => Promise<Analysed>
  readonly repositories: () => Promise<
    readonly { readonly tagCount: number; readonly manifestCount: number }[]
  >
  /** While a collection removes things, the value from before its start is returned. */
  readonly isCollecting: () => boolean
}

/**
 * Retention ends, uploads get old, and other software writes, without any change by this server. So
 * no value is used for longer, and a glance makes do with one of so many minutes.
 */
const maxAgeMs = { question: 60_000, glance: 5 * 60_000 } as const
/** With more manifests than this, a glance does not wait for an analysis. */
const manifestsWaitedFor = 1000
/** For glances, the analysis may take at most one part in this many of the time. */
const restFactor = 10

interface Computed {
  readonly version: number
  readonly policy: string
  readonly view: ReclaimableView
  readonly computedAtMs: number
  readonly tookMs: number
}

/** The last computed value, and the computation under way. */
interface CachedEstimate {
  last: Computed | null
  running: { readonly version: number; readonly answer: Promise<Computed> } | null
}

export function createReclaimable(deps: ReclaimableDeps): Reclaimable {
  const { clock } = deps
  let version = 0
  // Separate, so that trying out a policy does not recompute the value for everyone else.
  const inForce: CachedEstimate = { last: null, running: null }
  const tried: CachedEstimate = { last: null, running: null }

  function isFresh(
    computed: Computed,
    policy: CollectionPolicy,
    use: keyof typeof maxAgeMs = 'question',
  ): boolean {
    if (computed.view.error !== null) return false
    const isOfPolicy = computed.policy === JSON.stringify(policy)
    if (deps.isCollecting() && (isOfPolicy || computed === inForce.last)) return true
    const ageMs = clock.nowMs() - computed.computedAtMs
    const isOfNow = computed.version === version && computed.view.isCurrent
    return isOfNow && isOfPolicy && ageMs >= 0 && ageMs < maxAgeMs[use]
  }

  const isDue = ({ computedAtMs, tookMs }: Computed): boolean => {
    const ageMs = clock.nowMs() - computedAtMs
    // A clock that was set back must not keep the value forever.
    return ageMs < 0 || ageMs > tookMs * restFactor
  }

  async function viewUnder(
    whatIfPolicy?: CollectionPolicy,
    waits?: 'until current',
  ): Promise<ReclaimableView> {
    const cached = whatIfPolicy === undefined ? inForce : tried
    const policy = whatIfPolicy ?? (await getPolicy(deps))
    for (;;) {
      if (cached.last !== null && isFresh(cached.last, policy)) return cached.last.view
      if (cached.running === null) break
      const { answer } = cached.running
      const isOfNow = cached.running.version === version
      const computed = await answer
      const isAnswer = isOfNow && (computed.view.isCurrent || !waits)
      if (isAnswer && computed.policy === JSON.stringify(policy)) return computed.view
    }
    const isTrial = whatIfPolicy !== undefined
    const answer = compute(deps, policy, version, { waits, isTrial })
    cached.running = { version, answer }
    try {
      cached.last = await answer
      return cached.last.view
    } finally {
      cached.running = null
    }
  }

  return {
    currentView: (waits) => viewUnder(undefined, waits),

    viewIf: async (changes, waits) => viewUnder({ ...(await getPolicy(deps)), ...changes }, waits),

    async peekView() {
      const { last } = inForce
      if (last !== null && isFresh(last, await getPolicy(deps), 'glance')) {
        return { view: last.view, isCurrent: true }
      }
      const repositories = await deps.repositories()
      const manifests = repositories.reduce((sum, { manifestCount }) => sum + manifestCount, 0)
      if (manifests <= manifestsWaitedFor) {
        const view = await viewUnder()
        return { view, isCurrent: view.isCurrent }
      }
      // No caller waits: a caller of the whole view gets the failure itself.
      if (last === null || isDue(last)) viewUnder().catch(() => {})
      return { view: last?.view ?? null, isCurrent: false }
    },

    lastAmounts() {
      const view = inForce.last?.view
      if (view === undefined || view.error !== null) return null
      const { asOfMs, reclaimable, storedBytes } = view
      return { asOfMs, reclaimableBytes: reclaimable.bytes, storedBytes }
    },

    registryChanged() {
      version += 1
    },
  }
}

/** @param version from before the analysis: a change during it makes the next call compute again */
async function compute(
  { clock, ...deps }: ReclaimableDeps,
  policy: CollectionPolicy,
  version: number,
  how: Analysing,
): Promise<Computed> {
  const startedAtMs = clock.nowMs()
  const repositories = await deps.repositories()
  const counts = {
    tagCount: repositories.reduce((sum, { tagCount }) => sum + tagCount, 0),
    repositoryCount: repositories.length,
  }
  const computed = (view: ReclaimableView): Computed => ({
    version,
    policy: JSON.stringify(policy),
    view,
    computedAtMs: startedAtMs,
    tookMs: clock.nowMs() - startedAtMs,
  })
  try {
    return computed({ ...counts, ...(await deps.analyse(policy, how)), error: null })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return computed({
      ...counts,
      asOfMs: startedAtMs,
      isCurrent: true,
      reclaimable: nothingRemoved,
      byCause: {},
      byRepository: {},
      storedBytes: 0,
      stored: null,
      error: reason,
    })
  }
}
