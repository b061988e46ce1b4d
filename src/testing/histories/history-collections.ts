import { expect } from 'vitest'
import type { RegistryReader } from '#gc/ports/registry-reader.ts'
import type { BatchOutcome, RegistryRemover } from '#gc/ports/registry-remover.ts'
import { createMemoryPushGate } from '#adapters/memory/coordination/memory-push-gate.ts'
import { runCollection, type Collection, type CollectionOptions } from '#gc/run.ts'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import {
  perform,
  rebuilt,
  type CollectAct,
  type Meanwhile,
  type SnatchAct,
} from './history-acts.ts'
import { ruleOf } from './history-losses.ts'
import { isHeld, liveBlobs, neededLinks, readState, type HistoryState } from './history-state.ts'
import { unlink, type HistoryRegistry } from './history-unlink.ts'
import { repositoryName, tagName, type TestRegistry } from '../builders/test-registry.ts'

/**
 * A collection to its end, which rejects pushes, and during which nothing else happens by default.
 */
export const collectAct = (more: Partial<CollectAct> = {}): CollectAct => ({
  kind: 'collect',
  how: 'plain',
  mode: 'reject-pushes',
  untaggedHours: null,
  stopAfter: null,
  meanwhile: null,
  ...more,
})

/** Runs a collection as the act says, over this registry. */
export function collect(
  { mode, untaggedHours }: CollectAct,
  registry: TestRegistry,
  more: Partial<CollectionOptions> = {},
) {
  const { clock, reader, remover, leases } = registry
  return runCollection({
    reader,
    remover,
    writers: { gate: createMemoryPushGate({ clock, wait: () => Promise.resolve() }), leases },
    clock,
    pause: () => Promise.resolve(),
    policy: {
      timeLimitMinutes: null,
      whileCollecting: mode,
      collectUntagged: untaggedHours !== null,
      untaggedMinimumAgeHours: untaggedHours ?? 0,
    },
    dryRun: false,
    ...more,
  })
}

/** What happens just before one of the items that a collection removes. */
interface Reminder {
  /** Asked of each item, in the order of the removals. */
  readonly isDue: (item: PlannedRemoval) => boolean
  readonly act: (item: PlannedRemoval) => Promise<void> | void
}

/** A remover amid whose batches something happens: what comes before it is removed by then. */
const remindingRemover = (remover: RegistryRemover, { isDue, act }: Reminder): RegistryRemover => ({
  async removeBatch(items, startedAtMs) {
    const outcomes: BatchOutcome[] = []
    let some: PlannedRemoval[] = []
    const removeThem = async (): Promise<void> => {
      if (some.length > 0) outcomes.push(...(await remover.removeBatch(some, startedAtMs)))
      some = []
    }
    for (const item of items) {
      if (isDue(item)) {
        await removeThem()
        await act(item)
      }
      some.push(item)
    }
    await removeThem()
    return outcomes
  },
})

/** A reader that calls `before` ahead of each read. */
const remindingReader = (reader: RegistryReader, before: () => Promise<void>): RegistryReader => {
  async function* eachAfter<T>(read: () => AsyncIterable<T>): AsyncGenerator<T> {
    await before()
    for await (const found of read()) {
      yield found
      await before()
    }
  }
  const after = <T>(read: () => Promise<T>): Promise<T> => before().then(read)
  return {
    ...reader,
    blobs: () => eachAfter(reader.blobs),
    repositories: () => eachAfter(reader.repositories),
    trash: () => after(reader.trash),
    manifests: (requested) => after(() => reader.manifests(requested)),
  }
}

/**
 * Lets something happen during a collection, whose plan so far is `expected`, and returns the state
 * just afterwards.
 */
function interfering(
  meanwhile: Meanwhile,
  registry: HistoryRegistry,
  expected: readonly PlannedRemoval[],
  tell: (state: HistoryState) => void,
): Pick<CollectionOptions, 'reader' | 'remover'> {
  const { reader, remover, storage } = registry
  let left = meanwhile.before
  const isTurn = (): boolean => {
    left -= 1
    return left === -1
  }
  if (isSnatching(meanwhile)) {
    const { act } = meanwhile
    const worthwhile = expected.filter(canSnatch)
    left = left % Math.max(1, worthwhile.length)
    return {
      reader,
      remover: remindingRemover(remover, {
        isDue: (item) => canSnatch(item) && isTurn(),
        async act(item) {
          registry.advance(1)
          await snatch(act, item, registry, await readState(storage))
          tell(await readState(storage))
        },
      }),
    }
  }
  const { act, during } = meanwhile
  async function happen(): Promise<void> {
    // No act happens at the very instant at which the inventory began.
    registry.advance(1)
    await perform(act, registry, await readState(storage))
    tell(await readState(storage))
  }
  return during === 'inventory'
    ? { remover, reader: remindingReader(reader, async () => void (isTurn() && (await happen()))) }
    : { reader, remover: remindingRemover(remover, { isDue: isTurn, act: happen }) }
}

const isSnatching = (meanwhile: Meanwhile): meanwhile is Extract<Meanwhile, { act: SnatchAct }> =>
  meanwhile.act.kind === 'snatch'

const canSnatch = ({ step }: PlannedRemoval): boolean =>
  step === 'trash-claim' || step === 'revision'

const dayMs = 24 * 3_600_000

/**
 * Takes what a sweep is just about to remove: restores it, or deletes it for a client that may want
 * it.
 */
export async function snatch(
  { how }: SnatchAct,
  { step, repository, digest, name }: PlannedRemoval,
  registry: HistoryRegistry,
  state: HistoryState,
): Promise<void> {
  if (step === 'trash-claim' && name !== null) {
    const request = { onConflict: 'skip-tags', restoredBy: 'bob', retentionMs: dayMs } as const
    await registry.trash.restore(name, request)
  }
  if (step !== 'revision' || repository === null || digest === null) return
  if (how === 'unlink') await unlink(registry, state, repository, digest)
  else if (how === 'push') {
    await registry.manifests.putManifest(
      repositoryName(repository),
      tagName('late'),
      rebuilt(state, digest),
    )
  } else await registry.softDelete(repository, digest, { retentionMs: dayMs })
}

const blobsIn = ({ plan }: Collection): string[] =>
  (plan?.items.toArray() ?? []).flatMap(({ step, digest }) =>
    step === 'blob' && digest ? [digest] : [],
  )

/**
 * Runs the collection of an act and checks everything that it may, must and must not do. Returns
 * nothing: the caller checks in the storage what it must not remove.
 */
export async function checkedCollection(
  act: CollectAct,
  registry: HistoryRegistry,
  before: HistoryState,
  /** Something is younger than the clock shows: it stays until the clock has caught up. */
  isBehind: boolean,
  tell: (state: HistoryState) => void,
): Promise<void> {
  const { storage, clock, advance } = registry
  const planned = await collect(act, registry, { dryRun: true })
  expect((await readState(storage)).files).toEqual(before.files)
  if (act.how === 'dry') return
  advance(1000)
  const startedAtMs = clock.nowMs()
  const signal = { aborted: false }
  const met = act.meanwhile
    ? interfering(act.meanwhile, registry, planned.plan?.items.toArray() ?? [], tell)
    : registry
  let removals = 0
  const remover = remindingRemover(met.remover, {
    isDue: () => {
      removals += 1
      return removals - 1 === act.stopAfter
    },
    act: () => void (signal.aborted = true),
  })
  const atMost = act.how === 'at most' ? { atMost: planned.plan?.items.toArray() ?? [] } : {}
  const run = await collect(act, registry, { reader: met.reader, remover, signal, ...atMost })
  const after = await readState(storage)
  const gone = [...before.blobs.keys()].filter((digest) => !after.blobs.has(digest)).toSorted()
  expect(run.result.failures).toEqual([])
  expect(blobsIn(run).toSorted()).toEqual(expect.arrayContaining(gone))
  if (run.result.verification) expect(run.result.verification.broken).toEqual([])
  // Skipped, or stopped: something stays that could have been removed.
  if (run.result.endedBy !== 'done' || act.meanwhile !== null || isBehind) return
  expect(gone).toEqual(blobsIn(run).toSorted())
  expect(run.result).toMatchObject({ skipped: 0, removed: run.plan?.totals })
  if (act.how === 'at most') return
  const rule = ruleOf(act, startedAtMs)
  expect(new Set(after.blobs.keys())).toEqual(liveBlobs(before, rule))
  for (const [name, { layers }] of after.repositories) {
    const needed = neededLinks(before, name, rule)
    expect([...layers].filter((layer) => !needed.has(layer))).toEqual([])
  }
  expect([...after.trash.values()].filter((entry) => !isHeld(entry, startedAtMs))).toEqual([])
  expect((await collect(act, registry)).plan?.items.toArray()).toEqual([])
  expect((await readState(storage)).files).toEqual(after.files)
}
