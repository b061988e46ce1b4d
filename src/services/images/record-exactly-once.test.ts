import { describe, expect, test } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { createMemoryPushGate } from '#adapters/memory/coordination/memory-push-gate.ts'
import { Killed, killedBeforeChange } from '#testing/faults/failing-storage.ts'
import { openTestRegistry, repositoryName, tagName } from '#testing/builders/test-registry.ts'
import type { State } from '#state/state.ts'
import type { TrashEntry } from '#registry/trash/trash-entry.ts'
import { addTag, deleteImage, deleteTag, restoreTrashEntry, type DeletionDeps } from './deletion.ts'
import { fillable } from '#testing/services/fillable-state.ts'
import { recoverTrash } from './recover-trash.ts'
import { keepWithoutRoom } from '../full-disk/state-without-room.ts'
import { createTestWorld } from '#testing/builders/test-world.ts'

/** An act on storage is recorded exactly once, also if the process dies at any point. */

const app = repositoryName('team/app')
const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })
const ada = { name: 'ada', from: '192.0.2.7' }

type World = ReturnType<typeof createTestWorld>
type Storage = ReturnType<typeof createMemoryFileTree>

function open(world: World, storage: Parameters<typeof openTestRegistry>[0], state: State) {
  const registry = openTestRegistry({ clock: world.clock, ...storage })
  const gate = createMemoryPushGate({ clock: world.clock, wait: () => Promise.resolve() })
  const { clock, createId } = world
  return { registry, deps: { state, clock, createId, registry, gate, reportFailure: () => {} } }
}

/** Fails at the nth write to the state, and at all later ones. */
function dyingState(inner: State, nth: number): State {
  let writes = 0
  const die = <T>(act: () => Promise<T>): Promise<T> => {
    writes += 1
    return writes >= nth ? Promise.reject(new Killed()) : act()
  }
  const { pendingActs } = inner
  return {
    ...inner,
    pendingActs: {
      ...pendingActs,
      add: (acts) => die(() => pendingActs.add(acts)),
      complete: (acts) => die(() => pendingActs.complete(acts)),
      drop: (ids) => die(() => pendingActs.drop(ids)),
    },
  }
}

interface Act {
  readonly prepare: (on: ReturnType<typeof open>) => Promise<unknown>
  readonly act: (deps: DeletionDeps, prepared: unknown) => Promise<unknown>
  /** Whether the act has visibly happened. */
  readonly isDone: (on: ReturnType<typeof open>) => Promise<boolean>
  readonly kind: string
}

const asAda = { onConflict: 'refuse', actor: ada } as const

/** The entry; one that has gone is known as it was read before. */
const entryOf = async (
  { registry }: Pick<DeletionDeps, 'registry'>,
  id: unknown,
): Promise<TrashEntry> =>
  (await registry.trash.get(String(id))) ?? {
    id: String(id),
    repository: app,
    reference: tagName('1'),
    digest: one.digest,
    manifests: [],
    tags: [],
    earlierTags: [],
    deletedAtMs: 0,
    deletedBy: 'ada',
    heldUntilMs: 0,
    hadRetention: true,
    state: 'held',
  }

const deleteAs = (reference: string) => ({
  repository: app,
  reference: tagName(reference),
  actor: ada,
})
const tagsOf = async ({ registry }: ReturnType<typeof open>) => registry.catalog.tagNames(app)

const acts: readonly (readonly [string, Act])[] = [
  [
    'the deletion of an image',
    {
      prepare: async () => null,
      act: (deps) => deleteImage(deps, deleteAs('1')),
      isDone: async (on) => !(await on.registry.pulls('team/app', one.digest)),
      kind: 'image deleted',
    },
  ],
  [
    'the deletion of one of its tags',
    {
      prepare: async () => null,
      act: (deps) => deleteTag(deps, deleteAs('1')),
      isDone: async (on) => !(await tagsOf(on)).includes(tagName('1')),
      kind: 'tag deleted',
    },
  ],
  [
    'a restoration',
    {
      prepare: ({ registry }) => registry.trashed('team/app', '1'),
      act: async (deps, id) => restoreTrashEntry(deps, await entryOf(deps, id), asAda),
      isDone: (on) => on.registry.pulls('team/app', one.digest),
      kind: 'image restored',
    },
  ],
  [
    'a tag that is given back',
    {
      prepare: async () => null,
      act: (deps) =>
        addTag(deps, { repository: app, tag: tagName('new'), digest: two.digest, actor: ada }),
      isDone: async (on) => (await tagsOf(on)).includes(tagName('new')),
      kind: 'tag restored',
    },
  ],
]

async function prepared(world: World, storage: Storage, { prepare }: Act) {
  const on = open(world, { storage }, world.state)
  await on.registry.push('team/app', one, '1', 'latest')
  await on.registry.push('team/app', two, '2')
  return await prepare(on)
}

/**
 * Starts again on what is left; returns how often the act is in the activity, and whether it
 * happened.
 */
async function afterRestart(world: World, storage: Storage, { kind, isDone }: Act) {
  const createId = () => `later-${world.createId()}`
  const on = open({ ...world, createId }, { storage, createId }, world.state)
  for (let starts = 0; starts < 2; starts += 1) await recoverTrash(on.deps)
  const events = (await world.recorded()).filter((event) => event.kind === kind)
  expect(await world.state.pendingActs.all()).toEqual([])
  return { events, happened: await isDone(on) }
}

describe.each(acts)('%s', (_, act) => {
  test('is recorded once if it happened, and otherwise not, if storage dies at any write', async () => {
    const seen = new Set<boolean>()
    for (let nth = 1; nth < 100; nth += 1) {
      const world = createTestWorld()
      const storage = createMemoryFileTree({ clock: world.clock })
      const what = await prepared(world, storage, act)
      const failing = killedBeforeChange(storage, nth)
      const createId = () => `killed-${world.createId()}`
      const doomed = open(
        { ...world, createId },
        { storage: failing.storage, createId },
        world.state,
      )
      const outcome = await act.act(doomed.deps, what).catch((error: unknown) => error)
      const { events, happened } = await afterRestart(world, storage, act)
      expect([nth, events.length]).toEqual([nth, happened ? 1 : 0])
      if (events[0]) expect(events[0]).toMatchObject({ actor: 'ada', from: ada.from })
      seen.add(happened)
      if (!failing.wasKilled()) {
        expect(outcome).toMatchObject({ ok: true })
        break
      }
    }
    expect(seen).toEqual(new Set([true, false]))
  })

  test('is recorded once and answered truthfully, if the record dies at any write', async () => {
    for (let nth = 1; nth < 10; nth += 1) {
      const world = createTestWorld()
      const storage = createMemoryFileTree({ clock: world.clock })
      const what = await prepared(world, storage, act)
      const doomed = open(
        world,
        { storage, createId: world.createId },
        dyingState(world.state, nth),
      )
      const outcome = await act.act(doomed.deps, what).catch((error: unknown) => error)
      const { events, happened } = await afterRestart(world, storage, act)
      expect([nth, events.length]).toEqual([nth, happened ? 1 : 0])
      // A failure before its start means that nothing happened. A later one is answered as success.
      if (nth === 1) expect([happened, outcome]).toEqual([false, expect.any(Killed)])
      else expect([happened, outcome]).toMatchObject([true, { ok: true }])
    }
  })

  test('is not recorded if it is refused', async () => {
    const world = createTestWorld()
    const storage = createMemoryFileTree({ clock: world.clock })
    const on = open(world, { storage }, world.state)
    await on.registry.push('team/app', two, '2')
    const outcome = await act
      .act(on.deps, 'none')
      .then((value) => value as { ok: boolean; refusal?: { code: string } })
    if (act.kind !== 'tag restored') expect(outcome.ok).toBe(false)
    const { events } = await afterRestart(world, storage, act)
    expect(events).toHaveLength(outcome.ok ? 1 : 0)
  })
})

describe('while the disk of the state is full', () => {
  async function onFullState() {
    const world = createTestWorld()
    const disk = fillable(world.state)
    const { state } = keepWithoutRoom(disk.state)
    const storage = createMemoryFileTree({ clock: world.clock })
    const on = open(world, { storage }, state)
    await on.registry.push('team/app', one, '1')
    const { fill, empty } = disk
    fill()
    return { world, state, empty, ...on }
  }

  test('a deletion happens, is answered as success, and is recorded once there is room', async () => {
    const { world, deps, empty, state } = await onFullState()
    expect(await deleteImage(deps, deleteAs('1'))).toMatchObject({ ok: true })
    expect(await world.recorded()).toEqual([])
    empty()
    await state.close()
    await state.close()
    expect(await world.recorded()).toMatchObject([{ kind: 'image deleted', actor: 'ada' }])
  })

  test('an act that needs more space is refused before it happens', async () => {
    const { registry, deps } = await onFullState()
    const id = await registry.trashed('team/app', '1')
    const restored = restoreTrashEntry(deps, await entryOf(deps, id), asAda)
    await expect(restored).rejects.toMatchObject({ code: 'FULL' })
    expect(await registry.trash.get(id)).toMatchObject({ state: 'held' })
  })
})
