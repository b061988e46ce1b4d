import { expect } from 'vitest'
import type { Collection } from '#collector/run.ts'
import { killedBeforeChange } from './failing-storage.contract.ts'
import {
  collect,
  perform,
  remindingRemover,
  type CollectAct,
  type HistoryAct,
  type HistoryStep,
} from './history-acts.contract.ts'
import {
  isHeld,
  keptIn,
  liveBlobs,
  neededLinks,
  readState,
  woundsOf,
  type HistoryState,
  type Rule,
} from './history-state.contract.ts'
import type { Storage } from './storage.ts'
import type { InventoryReads } from './inventory-reads.ts'
import { openTestRegistry, repositoryName, type TestRegistry } from './test-registry.contract.ts'

const hourMs = 3_600_000

/** A list in an order of its own each time, told by a number alone. */
function shuffled<T>(items: readonly T[], next: () => number): T[] {
  const left = [...items]
  return items.flatMap(() => left.splice(next() % left.length, 1))
}

/** The storage, listing folders in whatever order it likes. */
function inAnyOrder(storage: Storage, seed: number): Storage {
  let state = seed
  // A linear congruential generator (Numerical Recipes): enough to mix names.
  const next = () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32)
  return { ...storage, list: async (path) => shuffled(await storage.list(path), next) }
}

/** A storage one change of which fails, before which it is as it was. */
function failingOnce(storage: Storage, nth: number): Storage {
  let changes = 0
  const change = <T>(doIt: () => Promise<T>): Promise<T> => {
    changes += 1
    return changes === nth ? Promise.reject(new Error('no space')) : doIt()
  }
  return {
    ...storage,
    write: (...args) => change(() => storage.write(...args)),
    move: (...args) => change(() => storage.move(...args)),
    remove: (...args) => change(() => storage.remove(...args)),
  }
}

export interface HistoryHost {
  readonly storage: Storage
  readonly clock: { nowMs(): number }
  advance(ms: number): void
  /** How a collection reads, when not by `storage`: then failures meet its deletions alone. */
  readonly openReads?: () => InventoryReads
}

/** Lets a history happen, and checks after each step that nothing needed is gone. */
export async function happen(
  host: HistoryHost,
  steps: readonly HistoryStep[],
  seed: number,
  { restoreAll = true }: { readonly restoreAll?: boolean } = {},
): Promise<void> {
  let ids = 0
  const storage = inAnyOrder(host.storage, seed)
  const open = (over: Storage): TestRegistry => ({
    ...openTestRegistry({ ...host, storage: over, createId: () => `id-${(ids += 1)}` }),
    advance: host.advance,
  })
  let registry = open(storage)

  for (const { act, mishap } of steps) {
    host.advance(1000)
    const before = await readState(host.storage)
    if (mishap === null) {
      if (act.kind === 'collect') await checkedCollection(act, registry, host, before)
      else await perform(act, registry, before)
    } else {
      const killed = killedBeforeChange(storage, mishap.before)
      const over = mishap.kind === 'kill' ? killed.storage : failingOnce(storage, mishap.before)
      await attempt(act, open(over), before)
      // What survives has changed things behind the back of the registry that was there before.
      registry = open(storage)
      await registry.trash.recover()
    }
    const after = await readState(host.storage)
    expect(woundsOf(after)).toEqual([])
    expect(lossesIn(before, after, act, host.clock.nowMs())).toEqual([])
  }
  if (restoreAll) await everythingReturns(registry, host)
}

/** What a process does before it dies, or in spite of a failure; how it ends is not looked at. */
async function attempt(
  act: HistoryAct,
  registry: TestRegistry,
  before: HistoryState,
): Promise<void> {
  try {
    if (act.kind === 'collect') await collect(act, registry)
    else await perform(act, registry, before)
  } catch {
    // Nobody is left to be told.
  }
}

const ruleOf = ({ untaggedHours }: CollectAct, nowMs: number): Rule => ({
  nowMs,
  untaggedAgeMs: untaggedHours === null ? null : untaggedHours * hourMs,
})

const blobsIn = ({ plan }: Collection): string[] =>
  (plan?.items ?? []).flatMap(({ step, digest }) => (step === 'blob' && digest ? [digest] : []))

async function checkedCollection(
  act: CollectAct,
  registry: TestRegistry,
  { storage, clock, advance }: HistoryHost,
  before: HistoryState,
): Promise<void> {
  const planned = await collect(act, registry, { dryRun: true })
  expect((await readState(storage)).files).toEqual(before.files)
  if (act.how === 'dry') return
  advance(1000)
  const startedAtMs = clock.nowMs()
  const signal = { aborted: false }
  const remover = remindingRemover(registry.remover, async (count) => {
    if (count === act.stopAfter) signal.aborted = true
    if (count !== act.meanwhile?.before) return
    await perform(act.meanwhile.act, registry, await readState(storage))
  })
  const atMost = act.how === 'at most' ? { atMost: planned.plan?.items ?? [] } : {}
  const run = await collect(act, registry, { remover, signal, ...atMost })
  const after = await readState(storage)
  const gone = [...before.blobs.keys()].filter((digest) => !after.blobs.has(digest)).toSorted()
  expect(run.result.failures).toEqual([])
  expect(blobsIn(run).toSorted()).toEqual(expect.arrayContaining(gone))
  if (run.result.verification) expect(run.result.verification.broken).toEqual([])
  // Skipped, or stopped: something stays that could have gone.
  if (run.result.endedBy !== 'done' || act.meanwhile !== null) return
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
  expect((await collect(act, registry)).plan?.items).toEqual([])
  expect((await readState(storage)).files).toEqual(after.files)
}

/** What an act took away that it may not take, in words. */
function lossesIn(
  before: HistoryState,
  after: HistoryState,
  act: HistoryAct,
  nowMs: number,
): string[] {
  const losses: string[] = []
  const doesDelete = act.kind === 'delete' || act.kind === 'restore' || act.kind === 'collect'
  const trashed = new Set(
    [...after.trash.values()].flatMap(({ state, manifests }) =>
      state === 'claimed' ? [] : manifests.map(({ digest }) => digest),
    ),
  )
  for (const [name, { tags, revisions }] of before.repositories) {
    const now = after.repositories.get(name)
    const kept = act.kind === 'collect' ? keptIn(before, name, ruleOf(act, nowMs)) : null
    for (const digest of revisions.keys()) {
      if (now?.revisions.has(digest) || trashed.has(digest)) continue
      if (kept === null || kept.has(digest)) losses.push(`${name}@${digest}`)
    }
    for (const [tag, digest] of tags) {
      if (now?.tags.get(tag) === digest) continue
      const mayMove = 'tag' in act && act.tag === tag && act.repository === name
      const mayAttach = act.kind === 'attach' && tag.startsWith('sha256-')
      const mayGo = doesDelete && (trashed.has(digest) || wasAskedFor(act, name))
      if (!mayMove && !mayAttach && !mayGo) losses.push(`${name}:${tag} ${digest}`)
    }
  }
  for (const [id, entry] of before.trash) {
    const now = after.trash.get(id)
    const stays = now !== undefined && (now.state !== 'claimed' || entry.state === 'claimed')
    if (stays || (act.kind === 'collect' && !isHeld(entry, nowMs))) continue
    const linked = after.repositories.get(entry.repository)?.revisions
    const isBack = entry.manifests.every(({ digest }) => linked?.has(digest) || trashed.has(digest))
    if (act.kind !== 'restore' || !isBack) losses.push(`trash ${id}`)
  }
  return losses
}

/** Whether an act, or what happens during it, deletes tags of a repository. */
const wasAskedFor = (act: HistoryAct, name: string): boolean => {
  const deletion = act.kind === 'collect' ? act.meanwhile?.act : act
  return (deletion?.kind === 'delete' && deletion.repository === name) || act.kind === 'restore'
}

/** In the end, all that the trash still holds can be restored. */
async function everythingReturns(registry: TestRegistry, { storage }: HistoryHost): Promise<void> {
  const { trash } = await readState(storage)
  const how = { onConflict: 'skip-tags', restoredBy: 'bob', retentionMs: 0 } as const
  for (const [id, { state, manifests, repository }] of trash) {
    if (state === 'claimed') continue
    expect(await registry.trash.restore(id, how)).toMatchObject({ ok: true })
    for (const { digest } of manifests) expect(await registry.pulls(repository, digest)).toBe(true)
  }
  expect(woundsOf(await readState(storage))).toEqual([])
}

/** What a tag pointed at before goes with it, and is no part of what a restore promises. */
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
      if (value.kind === 'trashed') {
        const how = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const
        expect(await registry.trash.restore(value.entry.id, how)).toMatchObject({ ok: true })
      } else if (value.digest !== null) {
        for (const gone of value.tags) {
          await registry.manifests.tag(repositoryName(name), gone, value.digest)
        }
      }
      expect(withoutHistory(await readState(storage))).toEqual(withoutHistory(before))
    }
  }
  return ids
}
