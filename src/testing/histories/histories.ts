import { expect } from 'vitest'
import { killedBeforeChange, type ChangeGate } from '../faults/failing-storage.ts'
import { perform, type HistoryAct, type HistoryStep } from './history-acts.ts'
import { checkedCollection, collect } from './history-collections.ts'
import { createPromises, lossesIn, type Episode } from './history-losses.ts'
import { readState, woundsOf, type HistoryState } from './history-state.ts'
import type { HistoryRegistry } from './history-unlink.ts'
import type { RepositoryReader } from '#registry/queries/graph/repository-reader.ts'
import type { StoreScanner } from '#registry/inventory/store-scanner.ts'
import type { CacheOptions } from '#registry/inventory/manifest-cache.ts'
import {
  failedOf,
  type DeleteBatch,
  type DeleteOutcome,
  type ObjectStore,
} from '#storage/object-store.ts'
import { StoreError } from '#storage/errors.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import type { Written } from '#storage/wrappers/watched-writes.ts'
import { openTestRegistry, type TestRegistry } from '../builders/test-registry.ts'

/** A list in another order each time, determined by a number alone. */
function shuffled<T>(items: readonly T[], next: () => number): T[] {
  const left = [...items]
  return items.flatMap(() => left.splice(next() % left.length, 1))
}

/** The storage, listing folders in any order. */
function inAnyOrder(storage: FileTree, seed: number): FileTree {
  let state = seed
  // A linear congruential generator (Numerical Recipes): enough to mix names.
  const next = () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32)
  return { ...storage, list: async (path) => shuffled(await storage.list(path), next) }
}

/** A storage that fails at one change on demand, and leaves everything as before. */
function failingAtTimes(storage: FileTree) {
  let left = 0
  const change: ChangeGate = (act) => {
    left -= 1
    return left === 0 ? Promise.reject(new StoreError('FAILED', 'at times')) : act()
  }
  return {
    /** The nth change from now on fails; 0: none. */
    failAt: (nth: number) => void (left = nth),
    change,
    storage: {
      ...storage,
      write: (...args) => change(() => storage.write(...args)),
      move: (...args) => change(() => storage.move(...args)),
      remove: (...args) => change(() => storage.remove(...args)),
      removeEmpty: (...args) => change(() => storage.removeEmpty(...args)),
    } satisfies FileTree,
  }
}

/** Each key of a batch is a change by itself. */
const oneByOne =
  (deleteBatch: DeleteBatch, change: ChangeGate): DeleteBatch =>
  async (keys, options) => {
    const outcomes: DeleteOutcome[] = []
    for (const key of keys) {
      const removed = await change(() => deleteBatch([key], options)).catch((error: unknown) => [
        failedOf(error),
      ])
      outcomes.push(...removed)
    }
    return outcomes
  }

export interface HistoryHost {
  readonly storage: FileTree
  readonly clock: { nowMs(): number }
  advance(ms: number): void
  /** How a collection reads, if not by `storage`. */
  readonly openStoreScanner?: () => StoreScanner
  /**
   * The port of objects, if it does not use only the storage's own calls. Other removals fail, and
   * die, as a change by `storage` does.
   */
  readonly objectsOver?: (
    storage: FileTree,
    watchDeletes: (deleteBatch: DeleteBatch) => DeleteBatch,
  ) => ObjectStore
  readonly openRepositoryReader?: () => RepositoryReader
  readonly manifestCache?: CacheOptions
  /** Is told of the writes of the registry that is watched, while its process lives. */
  readonly written?: Written
}

/** Changes of other software are noticed after this time. */
const noticedAfterMs = 11_000

export interface WatchedStep {
  readonly act: HistoryAct
  /** Something was written that the registry may not know of: by other software, or in a mishap. */
  readonly isPastRegistry: boolean
  /** Something was written that `written` was not told of. */
  readonly isUntold: boolean
}

export interface HistoryOptions {
  /** In the end, everything in the trash is restored. Default: true. */
  readonly restoreAll?: boolean
  /**
   * Follows a registry that was opened. What it returns checks it after a step, once changes that
   * other software made have been noticed.
   */
  readonly watch?: (registry: TestRegistry) => (step: WatchedStep) => Promise<void>
}

/** Executes a history, and checks after each step that nothing needed is gone. */
export async function happen(
  host: HistoryHost,
  steps: readonly HistoryStep[],
  seed: number,
  { restoreAll = true, watch }: HistoryOptions = {},
): Promise<void> {
  let ids = 0
  let latestMs = 0
  const unlinked = new Set<string>()
  const promises = createPromises()
  const { storage, change, failAt } = failingAtTimes(inAnyOrder(host.storage, seed))
  const advance = (ms: number): void => {
    host.advance(ms)
    promises.pass(Math.max(0, ms))
    latestMs = Math.max(latestMs, host.clock.nowMs())
  }
  const open = (over = storage, gate = change, isOther = over !== storage): HistoryRegistry => ({
    ...openTestRegistry({
      ...host,
      written: isOther ? undefined : host.written,
      storage: over,
      ...(host.objectsOver && {
        objects: host.objectsOver(over, (deleteBatch) => oneByOne(deleteBatch, gate)),
      }),
      createId: () => `id-${(ids += 1)}`,
    }),
    advance,
    unlinked,
  })
  const elsewhere = (): HistoryRegistry => open(storage, change, true)
  const restarted = async (): Promise<HistoryRegistry> => {
    const next = open()
    await next.trash.recover()
    return next
  }
  let registry = open()
  let watched = watch?.(registry)

  for (const { act, mishap } of steps) {
    advance(1000)
    unlinked.clear()
    const before = await readState(host.storage)
    const states = [before]
    const tell = (state: HistoryState): void => void states.push(state)
    const isElsewhere = act.kind === 'push' && act.elsewhere === true
    const opened = registry
    if (act.kind === 'restart') registry = await restarted()
    else if (mishap === null) {
      const isBehind = host.clock.nowMs() < latestMs
      if (act.kind === 'collect') await checkedCollection(act, registry, before, isBehind, tell)
      else await perform(act, isElsewhere ? elsewhere() : registry, before)
    } else if (mishap.kind === 'fail') {
      failAt(mishap.before)
      await attempt(act, isElsewhere ? elsewhere() : registry, before)
      failAt(0)
    } else {
      const killed = killedBeforeChange(storage, mishap.before)
      const gate: ChangeGate = (make) => killed.change(() => change(make))
      await attempt(act, open(killed.storage, gate), before)
      // The dead process's changes went past the registry that was open before.
      registry = await restarted()
    }
    const after = await readState(host.storage)
    const episode: Episode = { states, before, after, act, nowMs: host.clock.nowMs(), unlinked }
    expect(woundsOf(after)).toEqual([])
    expect(lossesIn(episode)).toEqual([])
    expect(promises.broken(episode)).toEqual([])
    const isPastRegistry = isElsewhere || unlinked.size > 0 || mishap !== null
    if (isElsewhere || unlinked.size > 0 || (watched && isPastRegistry)) advance(noticedAfterMs)
    if (registry !== opened) watched = watch?.(registry)
    const isUntold = isElsewhere || unlinked.size > 0 || mishap?.kind === 'kill'
    await watched?.({ act, isPastRegistry, isUntold })
  }
  if (restoreAll) await everythingReturns(await restarted(), host)
}

/** The acts of a process before it dies, or in spite of a failure; the result is ignored. */
async function attempt(
  act: Exclude<HistoryAct, { kind: 'restart' }>,
  registry: HistoryRegistry,
  before: HistoryState,
): Promise<void> {
  try {
    if (act.kind === 'collect') await collect(act, registry)
    else await perform(act, registry, before)
  } catch {
    // A dead process reports nothing: the caller checks the storage.
  }
}

/** In the end, everything that the trash still holds can be restored. */
async function everythingReturns(registry: TestRegistry, { storage }: HistoryHost): Promise<void> {
  const { trash } = await readState(storage)
  const how = { onConflict: 'skip-tags', restoredBy: 'bob', retentionMs: 0 } as const
  for (const [id, { state, manifests, repository }] of trash) {
    if (state === 'claimed' || manifests.length === 0) continue
    expect(await registry.trash.restore(id, how)).toMatchObject({ ok: true })
    for (const { digest } of manifests) expect(await registry.pulls(repository, digest)).toBe(true)
  }
  // Tags that did not come back with their image come back once it exists.
  const { trash: tags, repositories } = await readState(storage)
  for (const [id, { state, manifests, repository, digest }] of tags) {
    if (state === 'claimed' || manifests.length > 0) continue
    const isThere = repositories.get(repository)?.revisions.has(digest) === true
    const outcome = isThere ? { ok: true } : { refusal: { code: 'IMAGE_MISSING' } }
    expect(await registry.trash.restore(id, how)).toMatchObject(outcome)
  }
  expect(woundsOf(await readState(storage))).toEqual([])
}

/** A tag's history is deleted with it, and is no part of what a restore promises. */
const withoutHistory = ({ files }: HistoryState): ReadonlyMap<string, string> =>
  new Map([...files].filter(([path]) => !path.includes('/index/sha256/')))

/** Deletes each image by a tag in turn, and restores it at once. Returns how many there were. */
export async function deleteAndRestore({ storage, clock }: HistoryHost): Promise<number> {
  let ids = 0
  const createId = () => `again-${(ids += 1)}`
  const registry = openTestRegistry({ storage, clock, createId })
  const before = await readState(storage)
  for (const [name, { tags }] of before.repositories) {
    for (const tag of tags.keys()) {
      const deleted = await registry.softDelete(name, tag)
      if (!deleted.ok) throw new Error(deleted.refusal.message)
      const { value } = deleted
      if (value.entry !== null) {
        // Tags that were deleted from the image earlier would come back with it.
        const how = {
          onConflict: 'refuse',
          restoredBy: 'bob',
          retentionMs: 0,
          withoutEarlierTags: true,
        } as const
        expect(await registry.trash.restore(value.entry.id, how)).toMatchObject({ ok: true })
      }
      expect(withoutHistory(await readState(storage))).toEqual(withoutHistory(before))
    }
  }
  return ids
}
