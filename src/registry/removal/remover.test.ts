import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import type { Digest } from '#domain/values/digest.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import type { DeleteOptions } from '#storage/object-store.ts'
import { objectsOverFiles } from '#adapters/filesystem/objects-over-file-tree.ts'
import { StoreError } from '#storage/errors.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import { blobFile, revisionLink, tagLink, trashFile } from '../layout.ts'
import { parseStoredId } from '../stored-id.ts'
import { removeOne } from '#testing/builders/one-removal.ts'
import {
  filesOf,
  openTestRegistry,
  repositoryName,
  tagName,
  valueOf,
} from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const one = tinyImage({ layers: ['one'] })
const two = tinyImage({ layers: ['two'] })
const layer = contentOf('one').digest

const planned = (step: PlannedRemoval['step'], more: Partial<PlannedRemoval>): PlannedRemoval => ({
  step,
  cause: 'deleted image',
  repository: null,
  digest: null,
  name: null,
  isManifest: false,
  sizeBytes: 0,
  ...more,
})

const steps: readonly [PlannedRemoval['step'], Partial<PlannedRemoval>, bytes: number][] = [
  ['tag-history', { repository: 'team/app', name: 'latest', digest: one.digest }, 0],
  ['revision', { repository: 'team/app', digest: one.digest }, 0],
  ['layer-link', { repository: 'team/app', digest: layer }, 0],
  ['upload', { repository: 'team/app', name: 'begun' }, 4],
  ['blob', { digest: layer }, 3],
]

/**
 * A registry whose tag `latest` moved from one to two and which has an unfinished upload, a second
 * later.
 */
async function filled(leased: readonly Digest[] = []) {
  const pushedAtMs = Date.UTC(2026, 0, 1)
  const startedAtMs = pushedAtMs + 1000
  let nowMs = pushedAtMs
  const clock = { nowMs: () => nowMs }
  const storage = createMemoryFileTree({ clock })
  const createIds = ['1', '2', '3', '4', 'begun']
  const registry = openTestRegistry({
    storage,
    clock,
    createId: () => createIds.shift() ?? 'more',
  })
  await registry.push('team/app', one, 'latest')
  await registry.push('team/app', two, 'latest')
  const { id } = await registry.uploads.start(app)
  await registry.uploads.append(app, id, { body: contentOf('half').bytes })
  nowMs = startedAtMs
  await registry.leases.startCollection({ includePushLeases: true })
  await registry.leases.leaseForPush('team/app', leased)
  return { storage, registry, startedAtMs }
}

describe('the remover', () => {
  it.each(steps)('removes a %s, and then finds it gone', async (step, more, bytes) => {
    const { storage, registry, startedAtMs } = await filled()
    const before = await filesOf(storage)
    const item = planned(step, more)
    expect(await removeOne(registry.remover, item, startedAtMs)).toEqual({ kind: 'removed', bytes })
    const after = await filesOf(storage)
    const gone = [...before.keys()].filter((path) => !after.has(path))
    expect(gone).toHaveLength(step === 'upload' ? 2 : 1)
    expect(await removeOne(registry.remover, item, startedAtMs)).toEqual({ kind: 'absent' })
  })

  it.each(steps)('leaves a %s that was written since', async (step, more) => {
    const { storage, registry, startedAtMs } = await filled()
    const before = await filesOf(storage)
    const item = planned(step, more)
    expect(await removeOne(registry.remover, item, startedAtMs - 1000)).toEqual({ kind: 'in use' })
    expect(await filesOf(storage)).toEqual(before)
  })

  it.each(['revision', 'layer-link', 'blob'] as const)('leaves a leased %s', async (step) => {
    const digest = step === 'revision' ? one.digest : layer
    const { registry, startedAtMs } = await filled([digest])
    const item = planned(step, { repository: 'team/app', digest })
    expect(await removeOne(registry.remover, item, startedAtMs)).toEqual({ kind: 'in use' })
  })

  it('leaves the history of where a tag points', async () => {
    const { registry, startedAtMs } = await filled()
    const item = planned('tag-history', {
      repository: 'team/app',
      name: 'latest',
      digest: two.digest,
    })
    expect(await removeOne(registry.remover, item, startedAtMs)).toEqual({ kind: 'in use' })
  })

  it('leaves a revision that was tagged again since', async () => {
    const { registry, startedAtMs } = await filled()
    await registry.manifests.tagManifest(app, tagName('again'), one.digest)
    const item = planned('revision', { repository: 'team/app', digest: one.digest })
    expect(await removeOne(registry.remover, item, startedAtMs)).toEqual({ kind: 'in use' })
  })

  it('takes a trash entry in two steps, and only what can be taken', async () => {
    const { registry, startedAtMs } = await filled()
    const id = await registry.trashed('team/app', 'latest')
    const claim = planned('trash-claim', { repository: 'team/app', name: id })
    const entry = planned('trash-entry', { repository: 'team/app', name: id })
    const remove = async (item: PlannedRemoval) =>
      (await removeOne(registry.remover, item, startedAtMs)).kind
    expect(await remove(entry)).toBe('in use')
    expect(await remove(claim)).toBe('removed')
    expect(await remove(claim)).toBe('removed')
    expect(await remove(entry)).toBe('removed')
    expect(await remove(entry)).toBe('absent')
    expect(await remove(claim)).toBe('absent')
  })

  it.each(['deleting', 'restoring'] as const)(
    'leaves a trash entry alone that another process is %s',
    async (state) => {
      const { storage, registry, startedAtMs } = await filled()
      const id = await registry.trashed('team/app', 'latest')
      const path = trashFile(valueOf(parseStoredId(id)))
      const text = new TextDecoder().decode(await (await storage.open(path))?.bytes())
      const unfinished = contentOf(text.replace('"state":"held"', `"state":"${state}"`))
      expect(unfinished.bytes.length).not.toBe(text.length)
      await storage.write(path, unfinished.bytes)
      const item = planned('trash-claim', { repository: 'team/app', name: id })
      expect(await removeOne(registry.remover, item, startedAtMs)).toEqual({ kind: 'in use' })
      expect(await (await storage.open(path))?.bytes()).toEqual(unfinished.bytes)
    },
  )

  it('waits for the disk where a manifest is unlinked, for its blobs go next', async () => {
    const { storage, startedAtMs } = await filled()
    const durable = new Map<string, DeleteOptions['durability']>()
    const registry = openTestRegistry({
      storage,
      objects: {
        ...objectsOverFiles(storage),
        async deleteMany(keys, how) {
          for (const key of keys) durable.set(key, how?.durability)
          return keys.map(() => ({ kind: 'removed', bytes: 0 }))
        },
      },
    })
    for (const [step, more] of steps.filter(([name]) => name !== 'upload'))
      await removeOne(registry.remover, planned(step, more), startedAtMs)
    const waited = [...durable].flatMap(([key, how]) => (how === 'lazy' ? [] : [key]))
    expect(waited).toEqual([revisionLink(app, one.digest)])
    expect(durable.size).toBe(4)
  })

  it('tells what it changed', async () => {
    const { registry, startedAtMs } = await filled()
    await registry.queries.repositories()
    const summary = await registry.queries.repository(app)
    const changes: unknown[] = []
    registry.onChange((change) => changes.push(change))
    const item = planned('revision', { repository: 'team/app', digest: one.digest })
    await removeOne(registry.remover, item, startedAtMs)
    expect(changes).toEqual([{ repository: 'team/app', tags: [], manifests: [one.digest] }])
    expect((await registry.queries.repository(app))?.sizeBytes).toBeLessThan(
      summary?.sizeBytes ?? 0,
    )
  })

  it('says of each of a batch what came of it, in their order', async () => {
    const [config] = one.blobs
    const { storage, registry, startedAtMs } = await filled([layer])
    const before = await filesOf(storage)
    const absent = contentOf('never pushed').digest
    const items = [
      planned('layer-link', { repository: 'team/app', digest: layer }),
      planned('layer-link', { repository: 'team/app', digest: absent }),
      planned('layer-link', { repository: 'team/app' }),
      planned('layer-link', { repository: 'team/app', digest: config?.digest ?? null }),
    ]
    expect(await registry.remover.removeBatch(items, startedAtMs)).toEqual([
      { kind: 'in use' },
      { kind: 'absent' },
      { kind: 'failed', error: expect.any(TypeError) },
      { kind: 'removed', bytes: 0 },
    ])
    expect((await filesOf(storage)).size).toBe(before.size - 1)
  })

  it('removes the rest of a batch if one item cannot be removed', async () => {
    const [config] = one.blobs
    const { storage, startedAtMs } = await filled()
    const registry = openTestRegistry({
      storage,
      objects: {
        ...objectsOverFiles(storage),
        deleteMany: async (keys) =>
          keys.map((key) =>
            key === blobFile(layer)
              ? { kind: 'failed', code: 'DENIED', reason: 'no permission' }
              : { kind: 'removed', bytes: 1 },
          ),
      },
    })
    const items = [layer, config?.digest ?? null].map((digest) => planned('blob', { digest }))
    expect(await registry.remover.removeBatch(items, startedAtMs)).toEqual([
      { kind: 'failed', error: expect.any(StoreError) },
      { kind: 'removed', bytes: 1 },
    ])
    // A client no longer gets it as absent.
    expect(await registry.blobs.head(app, layer)).not.toBeNull()
  })

  it('looks once at where a tag points, for all its past manifests', async () => {
    const { storage, startedAtMs } = await filled()
    let looks = 0
    const counting: FileTree = {
      ...storage,
      open(path, how) {
        if (path === tagLink(app, tagName('latest'))) looks += 1
        return storage.open(path, how)
      },
    }
    const { remover } = openTestRegistry({ storage: counting })
    const entry = (digest: Digest) =>
      planned('tag-history', { repository: 'team/app', name: 'latest', digest })
    const outcomes = await remover.removeBatch([entry(one.digest), entry(two.digest)], startedAtMs)
    expect(outcomes).toEqual([{ kind: 'removed', bytes: 0 }, { kind: 'in use' }])
    expect(looks).toBe(1)
  })

  it.each([
    [planned('blob', { digest: layer }), planned('layer-link', { digest: layer })],
    [
      planned('layer-link', { repository: 'team/app', digest: layer }),
      planned('layer-link', { repository: 'team/other', digest: layer }),
    ],
  ])('takes no batch of several steps, or repositories', async (...items) => {
    const { storage, registry, startedAtMs } = await filled()
    const before = await filesOf(storage)
    await expect(registry.remover.removeBatch(items, startedAtMs)).rejects.toBeInstanceOf(TypeError)
    expect(await filesOf(storage)).toEqual(before)
  })

  it.each([
    planned('blob', {}),
    planned('revision', { digest: one.digest, repository: '../x' }),
    planned('upload', { repository: 'team/app', name: '../../x' }),
    planned('tag-history', { repository: 'team/app', name: '../x', digest: one.digest }),
    planned('trash-entry', { name: '' }),
  ])('refuses a plan that it cannot have made: $step', async (item) => {
    const { storage, registry, startedAtMs } = await filled()
    const before = await filesOf(storage)
    await expect(removeOne(registry.remover, item, startedAtMs)).rejects.toBeInstanceOf(TypeError)
    expect(await filesOf(storage)).toEqual(before)
  })
})
