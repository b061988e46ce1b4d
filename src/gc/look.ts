import type { Clock, Pause, StopSignal } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { StoredBytes } from '#domain/collection/stored-parts.ts'
import { explain, type Explanation } from './explain/explain.ts'
import { knownRepositories } from './inventory/known-repositories.ts'
import { createKnownSizes, rememberReads, type KnownSizes } from './inventory/remember-reads.ts'
import {
  analyzeInventory,
  readInventory,
  untaggedMinimumAgeMsOf,
  type GarbagePolicy,
  type GcAnalysis,
} from './mark/analyze.ts'
import { assignCauses, type CauseMap } from './plan/assign-causes.ts'
import { makePlan, type CollectionPlan } from './plan/plan.ts'
import type { ClientPriority } from './ports/client-priority.ts'
import type { KnownRepository, RegistryReader } from './ports/registry-reader.ts'
import { measureStored } from './stored/stored-bytes.ts'
import { createYielder } from './yielder.ts'

/**
 * What was stored at one moment: it answers under any policy, as if asked then. Only for answers to
 * people: a collection reads storage itself.
 */
export interface Look {
  /** When it began. Milliseconds since the epoch. */
  readonly startedAtMs: number
  /** When the oldest part of it was read. */
  readonly readAtMs: number
  /** What a collection would remove. Rejects with `CollectionError`. */
  plan(policy: GarbagePolicy): Promise<CollectionPlan>
  /** What the stored bytes are there for, to the byte. Rejects with `CollectionError`. */
  stored(policy: GarbagePolicy): Promise<StoredBytes>
  /** Why a digest is here. Rejects with `CollectionError`. */
  explain(digest: Digest, policy: GarbagePolicy): Promise<Explanation>
  /**
   * A look from now on, which reads of the repositories only those again that have changed. It
   * rejects as looking does.
   */
  again(hasChanged: (repository: string) => boolean): Promise<Look>
}

export interface LookOptions {
  readonly reader: RegistryReader
  readonly clock: Clock
  readonly pause: Pause
  readonly clientPriority?: ClientPriority
  readonly signal?: StopSignal
}

/** An analysis under one policy, with what takes long to find out about it. */
interface Analyzed {
  readonly untaggedMinimumAgeMs: number | null
  readonly spareDeletedSinceMs: number | undefined
  readonly analysis: Promise<GcAnalysis>
  causes: Promise<CauseMap> | null
  plan: Promise<CollectionPlan> | null
}

/**
 * Reads all that is stored, once, which takes as long as a plan does. What it answers then costs
 * only the marking, and reads of the ages and sizes that no earlier answer needed.
 *
 * Rejects with `CollectionError` where a collection would.
 */
export const lookAtStore = (options: LookOptions): Promise<Look> =>
  lookWith(options, options.clock.nowMs())

/** What an earlier look has read, and need not be read again. */
interface Known {
  readonly repositories: KnownRepository
  readonly sizes: KnownSizes
}

/** Not written inside a look, which would keep the inventory that is known for as long. */
const readerWith = (reader: RegistryReader, known?: KnownRepository): RegistryReader => ({
  ...reader,
  repositories: () => reader.repositories(known),
})

async function lookWith(options: LookOptions, readAtMs: number, known?: Known): Promise<Look> {
  const { reader, signal } = options
  const startedAtMs = options.clock.nowMs()
  const newYielder = () =>
    createYielder({ ...options, over: () => (signal?.aborted ? 'stopped' : null) })
  const inventory = await readInventory(
    readerWith(reader, known?.repositories),
    startedAtMs,
    newYielder(),
  )
  const { sizes = createKnownSizes() } = known ?? {}
  const remembering = rememberReads(reader, sizes)
  /** The last one: most questions are asked under the same policy. */
  let last: Analyzed | null = null

  function analyzedUnder(policy: GarbagePolicy): Analyzed {
    const untaggedMinimumAgeMs = untaggedMinimumAgeMsOf(policy)
    const { spareDeletedSinceMs } = policy
    if (
      last?.untaggedMinimumAgeMs === untaggedMinimumAgeMs &&
      last.spareDeletedSinceMs === spareDeletedSinceMs
    ) {
      return last
    }
    // An analysis adds to the graph what it finds out, which is no part of the next one.
    const analysis = analyzeInventory(
      { ...inventory, graph: inventory.graph.copy() },
      { reader: remembering, yielder: newYielder(), untaggedMinimumAgeMs, spareDeletedSinceMs },
    )
    const begun: Analyzed = {
      untaggedMinimumAgeMs,
      spareDeletedSinceMs,
      analysis,
      causes: null,
      plan: null,
    }
    last = begun
    analysis.catch(() => {
      if (last === begun) last = null
    })
    return begun
  }

  function planOf(analyzed: Analyzed): Promise<CollectionPlan> {
    const making = (analyzed.plan ??= analyzed.analysis.then(
      async (analysis) => (await makePlan(analysis, newYielder())).plan,
    ))
    making.catch(() => (analyzed.plan = null))
    return making
  }

  return {
    startedAtMs,
    readAtMs,
    again: (hasChanged) =>
      lookWith(options, readAtMs, {
        repositories: knownRepositories(inventory, hasChanged),
        sizes,
      }),
    plan: async (policy) => planOf(analyzedUnder(policy)),
    async stored(policy) {
      const analyzed = analyzedUnder(policy)
      const { byRepository } = await planOf(analyzed)
      return measureStored(await analyzed.analysis, byRepository, remembering, newYielder())
    },
    async explain(digest, policy) {
      const analyzed = analyzedUnder(policy)
      const analysis = await analyzed.analysis
      const yielder = newYielder()
      const causes = () => (analyzed.causes ??= assignCauses(analysis, yielder))
      return explain(analysis, causes, digest, yielder)
    },
  }
}
