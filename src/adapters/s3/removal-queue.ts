import { setImmediate as endOfTurn } from 'node:timers/promises'
import { inSlices } from '#domain/values/in-slices.ts'
import {
  failedOf,
  type DeleteOptions,
  type DeleteOutcome,
  type KeyFailed,
} from '#storage/object-store.ts'
import type { Bucket } from './bucket.ts'
import { folderOf, lookAtKeys } from './look-at-keys.ts'
import { keysAtOnce, removeObjects } from './removals.ts'
import type { UnsettledRemovals } from './unsettled-removals.ts'

/** Keys that are looked at, written down and removed together, where so many are asked for. */
const keysTogether = 4 * keysAtOnce
/** One of many keys takes seconds: a single key does not wait for it. */
const flightsAtOnce = 2

/** A call that waits for its turn. */
interface Asked {
  readonly keys: readonly string[]
  readonly how: DeleteOptions
  /** It has waited, so that another server may have taken the bucket since its caller looked. */
  hasWaited: boolean
  readonly resolve: (outcomes: readonly DeleteOutcome[]) => void
  readonly reject: (error: unknown) => void
}

const isOfWholeFolders = ({ how }: Asked): boolean => how.prunes === 'whole folder'

/** What becomes of one key that is there, or of one that no removal is sent for. */
type Decision = 'remove' | Exclude<DeleteOutcome, { kind: 'removed' }>

export interface RemovalQueueOptions {
  readonly bucket: Bucket
  readonly unsettled: UnsettledRemovals
  /** Rejects once another server has taken the bucket. */
  readonly mayWrite: () => Promise<void> | undefined
}

export type DeleteKeys = (
  keys: readonly string[],
  how: DeleteOptions,
) => Promise<readonly DeleteOutcome[]>

/**
 * Looks at keys, and removes those that may go. Calls at the same time share their requests, so that
 * a collection of many repositories takes as few as one of a single repository.
 */
export function createRemovalQueue(options: RemovalQueueOptions): DeleteKeys {
  const waiting: Asked[] = []
  let flights = 0
  let isBeginning = false

  function takeTogether(): readonly Asked[] {
    let count = 0
    const end = waiting.findIndex(({ keys }, position) => {
      count += keys.length
      return position > 0 && count > keysTogether
    })
    return waiting.splice(0, end === -1 ? waiting.length : end)
  }

  async function begin(): Promise<void> {
    if (isBeginning || flights >= flightsAtOnce || waiting.length === 0) return
    isBeginning = true
    // Calls of the same moment go together.
    await endOfTurn()
    isBeginning = false
    const calls = takeTogether()
    for (const call of waiting) call.hasWaited = true
    flights += 1
    void begin()
    try {
      const outcomes = await removeTogether(options, calls)
      for (const [at, call] of calls.entries()) call.resolve(outcomes[at] ?? [])
    } catch (error) {
      for (const call of calls) call.reject(error)
    } finally {
      flights -= 1
      void begin()
    }
  }

  const ask = (keys: readonly string[], how: DeleteOptions) =>
    new Promise<readonly DeleteOutcome[]>((resolve, reject) => {
      waiting.push({ keys, how, hasWaited: flights >= flightsAtOnce, resolve, reject })
      void begin()
    })

  return async (keys, how) => {
    const { maximumMs = Infinity } = how
    const startedAtMs = performance.now()
    const outcomes: DeleteOutcome[] = []
    for (const slice of inSlices(keys, keysTogether)) {
      const isOver = outcomes.length > 0 && performance.now() - startedAtMs >= maximumMs
      if (isOver) for (const _ of slice) outcomes.push({ kind: 'not tried' })
      else for (const one of await ask(slice, how)) outcomes.push(one)
    }
    return outcomes
  }
}

/** The outcomes of each call, in their order. */
async function removeTogether(
  options: RemovalQueueOptions,
  calls: readonly Asked[],
): Promise<readonly (readonly DeleteOutcome[])[]> {
  const { bucket, unsettled } = options
  const closed = new Map<string, KeyFailed>()
  const look = async (some: readonly Asked[], wholeFolders: boolean) => {
    const asked = new Set(some.flatMap(({ keys }) => keys))
    for (const key of asked) {
      try {
        unsettled.assertSettled(key)
      } catch (error) {
        closed.set(key, failedOf(error))
        asked.delete(key)
      }
    }
    return await lookAtKeys(bucket, [...asked], { wholeFolders })
  }
  const others = calls.filter((call) => !isOfWholeFolders(call))
  const [single, whole] = await Promise.all([
    look(others, false),
    look(calls.filter(isOfWholeFolders), true),
  ])

  const staying = new Set<string>()
  const decisions = calls.map((call) =>
    call.keys.map((key): Decision => {
      const object = (isOfWholeFolders(call) ? whole : single).found.get(key)
      const failure = closed.get(key)
      const decision: Decision = failure
        ? failure
        : object === undefined
          ? { kind: 'absent' }
          : object.modifiedAtMs >= (call.how.unlessModifiedSinceMs ?? Infinity)
            ? { kind: 'modified' }
            : 'remove'
      const stays = decision !== 'remove' && decision.kind !== 'absent'
      if (stays && isOfWholeFolders(call)) staying.add(folderOf(key))
      return decision
    }),
  )
  const victims = new Set(
    calls.flatMap(({ keys }, at) => keys.filter((_, nth) => decisions[at]?.[nth] === 'remove')),
  )
  // With the link of a folder goes what else is in it; where the link stays, so does the rest.
  const beside = whole.beside.map(({ key }) => key).filter((key) => !staying.has(folderOf(key)))
  const removing = [...new Set([...victims, ...beside])]
  const failed = await removeIfHeld(options, calls, removing)

  const told = new Set<string>()
  return calls.map((call, at) =>
    call.keys.map((key, nth): DeleteOutcome => {
      const decision = decisions[at]?.[nth] ?? { kind: 'absent' }
      if (decision !== 'remove') return decision
      const failure = failed.get(key)
      if (failure) return failure
      // It can go only once.
      if (told.has(key)) return { kind: 'absent' }
      told.add(key)
      const bytes = (isOfWholeFolders(call) ? whole : single).found.get(key)?.sizeBytes ?? 0
      return { kind: 'removed', bytes }
    }),
  )
}

async function removeIfHeld(
  { bucket, unsettled, mayWrite }: RemovalQueueOptions,
  calls: readonly Asked[],
  keys: readonly string[],
): Promise<ReadonlyMap<string, KeyFailed>> {
  try {
    if (keys.length > 0 && calls.some(({ hasWaited }) => hasWaited)) await mayWrite()
  } catch (error) {
    return new Map(keys.map((key) => [key, failedOf(error)]))
  }
  return await removeObjects(bucket, unsettled, keys)
}
