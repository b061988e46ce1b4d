import type { Clock, Pause, StopSignal } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { StoredBytes } from '#domain/collection/stored-parts.ts'
import { explain, type Explanation } from './explain/explain.ts'
import type { Inventory } from './inventory/inventory.ts'
import { rememberReads, type RememberedReads } from './inventory/remember-reads.ts'
import { updateInventory } from './inventory/update-inventory.ts'
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
import type { LaterReads } from './ports/later-reads.ts'
import type { RegistryReader } from './ports/registry-reader.ts'
import type { StoreChanges } from './ports/store-changes.ts'
import { measureStored } from './stored/stored-bytes.ts'
import { createYielder } from './yielder.ts'

/**
 * What was stored at one moment: it answers under any policy, as if asked then. Only for answers to
 * people: a collection reads storage itself.
 */
export interface Look {
  /** When it began: the moment by which it tells what has expired. Milliseconds since the epoch. */
  readonly startedAtMs: number
  /** When the oldest part of it was read: it knows nothing that other software wrote since. */
  readonly readAtMs: number
  /** What a collection would remove. Rejects with `CollectionError`. */
  plan(policy: GarbagePolicy): Promise<CollectionPlan>
  /** What the stored bytes are there for, to the byte. Rejects with `CollectionError`. */
  stored(policy: GarbagePolicy): Promise<StoredBytes>
  /** Why a digest is here. Rejects with `CollectionError`. */
  explain(digest: Digest, policy: GarbagePolicy): Promise<Explanation>
  /**
   * A look from now on, which reads only what has changed; all of it, where these changes do not
   * tell. It rejects as looking does.
   */
  after(changes: StoreChanges): Promise<Look>
}

export interface LookOptions {
  readonly reader: RegistryReader
  /** Absent: after a change everything is read again. */
  readonly openLaterReads?: () => LaterReads
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

const isNothing = ({ blobs, repositories, trash }: StoreChanges): boolean =>
  !trash && blobs.size + repositories.size === 0

const yielderOf = ({ signal, ...options }: LookOptions) =>
  createYielder({ ...options, over: () => (signal?.aborted ? 'stopped' : null) })

/**
 * Reads all that is stored, once, which takes as long as a plan does. What it answers then costs
 * only the marking, and reads of the ages and sizes that no earlier answer needed.
 *
 * Rejects with `CollectionError` where a collection would.
 */
export async function lookAtStore(options: LookOptions): Promise<Look> {
  const { reader, clock } = options
  const inventory = await readInventory(reader, clock.nowMs(), yielderOf(options))
  return lookOf(options, inventory, inventory.startedAtMs, rememberReads(reader))
}

function lookOf(
  options: LookOptions,
  inventory: Inventory,
  readAtMs: number,
  reads: RememberedReads,
): Look {
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
      { reader: reads, yielder: yielderOf(options), untaggedMinimumAgeMs, spareDeletedSinceMs },
    )
    const begun: Analyzed = {
      untaggedMinimumAgeMs,
      spareDeletedSinceMs,
      analysis,
      causes: null,
      plan: null,
    }
    last = begun
    analysis.then(
      // The manifests among the garbage, which the inventory does not read.
      () => options.reader.saveCache?.(),
      () => {
        if (last === begun) last = null
      },
    )
    return begun
  }

  function planOf(analyzed: Analyzed): Promise<CollectionPlan> {
    const making = (analyzed.plan ??= analyzed.analysis.then(
      async (analysis) => (await makePlan(analysis, yielderOf(options))).plan,
    ))
    making.catch(() => (analyzed.plan = null))
    return making
  }

  return {
    startedAtMs: inventory.startedAtMs,
    readAtMs,
    async after(changes) {
      const nowMs = options.clock.nowMs()
      if (isNothing(changes)) {
        return lookOf(options, { ...inventory, startedAtMs: nowMs }, readAtMs, reads)
      }
      const later = options.openLaterReads?.()
      const updated =
        later && (await updateInventory(inventory, changes, later, nowMs, yielderOf(options)))
      if (!later || !updated) return await lookAtStore(options)
      return lookOf(options, updated, readAtMs, reads.after(changes, later))
    },
    plan: async (policy) => planOf(analyzedUnder(policy)),
    async stored(policy) {
      const analyzed = analyzedUnder(policy)
      const { byRepository } = await planOf(analyzed)
      return measureStored(await analyzed.analysis, byRepository, reads, yielderOf(options))
    },
    async explain(digest, policy) {
      const analyzed = analyzedUnder(policy)
      const analysis = await analyzed.analysis
      const yielder = yielderOf(options)
      const causes = () => (analyzed.causes ??= assignCauses(analysis, yielder))
      return explain(analysis, causes, digest, yielder)
    },
  }
}
