import { describe, expect, it } from 'vitest'
import { createMemoryObjectStore } from '#adapters/memory/memory-object-store.ts'
import { createMemoryUploadStore } from '#adapters/memory/memory-upload-store.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { describeObjectStore } from '#testing/conformance/object-store/object-store.ts'
import { bytesOf, listAll, readText, streamOf } from '#testing/conformance/object-store/samples.ts'
import { failingObjectStore } from '#testing/faults/failing-object-store.ts'
import type { DeleteOutcome, ObjectStore } from '../object-store.ts'
import { countingStore } from './counting-store.ts'
import { dryRunStore, type DryChange } from './dry-run-store.ts'
import { watchWrites } from './watched-writes.ts'

const open = (): ObjectStore => createMemoryObjectStore(createMemoryFileTree())

async function filled(): Promise<ObjectStore> {
  const store = open()
  for (const key of ['a/1', 'a/2', 'b/3']) await store.put(key, bytesOf(key))
  return store
}

describeObjectStore('a store that is counted', { open: async () => countingStore(open()).store })
describeObjectStore('a store that has not failed yet', {
  open: async () => failingObjectStore(open(), { call: 'put', nth: Infinity, how: 'fails' }).store,
})

it('a store that is counted tells its calls, and how many keys they had', async () => {
  const { store, take } = countingStore(await filled())
  await store.headMany(['a/1', 'a/2', 'nowhere'])
  await store.headMany(['b/3'])
  await listAll(store)
  await readText(store, 'a/1')
  await store.move('a/1', 'c')
  await store.deleteMany(['a/2', 'b/3'])
  expect(Object.fromEntries(take())).toEqual({
    headMany: { calls: 2, keys: 4 },
    list: { calls: 1, keys: 3 },
    get: { calls: 1, keys: 1 },
    move: { calls: 1, keys: 2 },
    deleteMany: { calls: 1, keys: 2 },
  })
  expect(take().size).toBe(0)
})

describe('stores whose writes are watched', () => {
  const openWatched = () => {
    const files = createMemoryFileTree()
    const objects = createMemoryObjectStore(files)
    const told: string[] = []
    const stores = { objects, uploadStore: createMemoryUploadStore(files) }
    const take = () => told.splice(0)
    return { inner: stores, take, ...watchWrites(stores, (keys) => void told.push(...keys)) }
  }

  it('tell of each change of an object once it has ended, and of no read', async () => {
    const { objects, take } = openWatched()
    await objects.put('a/1', bytesOf('a'))
    expect(take()).toEqual(['a/1'])
    await objects.move('a/1', 'b/2')
    expect(take()).toEqual(['a/1', 'b/2'])
    await readText(objects, 'b/2')
    await listAll(objects)
    expect(take()).toEqual([])
    await objects.deleteMany(['b/2', 'nowhere'])
    expect(take()).toEqual(['b/2', 'nowhere'])
    await objects.pruneMany(['b/'])
    expect(take()).toEqual(['b/'])
  })

  it('tell of each change of an upload, and of what it becomes', async () => {
    const { uploadStore, take } = openWatched()
    await uploadStore.begin('up/1/', 0)
    await uploadStore.append('up/1/', { offset: 0, body: bytesOf('abc') })
    expect(take()).toEqual(['up/1/', 'up/1/'])
    await uploadStore.commit('up/1/', 'blob', { sizeBytes: 3 })
    expect(take()).toEqual(['up/1/', 'blob'])
    await uploadStore.discard('up/1/')
    await uploadStore.begin('up/2/', 0)
    await uploadStore.abort('up/2/')
    expect(take()).toEqual(['up/1/', 'up/2/', 'up/2/'])
    await uploadStore.stat('up/2/')
    expect(take()).toEqual([])
  })

  it('tell of a change that failed, before its caller knows', async () => {
    const { inner, take } = openWatched()
    const order: unknown[] = []
    const failing = failingObjectStore(inner.objects, { call: 'put', nth: 1, how: 'fails' }).store
    const { objects } = watchWrites({ ...inner, objects: failing }, (...told) => order.push(told))
    await objects.put('a/1', bytesOf('a')).catch(() => order.push('failed'))
    expect(order).toEqual([[['a/1'], true], 'failed'])
    expect(take()).toEqual([])
  })

  it('tell that a removal failed, of one key or of all, and not that there was nothing', async () => {
    const { inner } = openWatched()
    const told: boolean[] = []
    const watch = (objects: ObjectStore) =>
      watchWrites({ ...inner, objects }, (_, hasFailed) => told.push(hasFailed)).objects
    const failed: DeleteOutcome = { kind: 'failed', code: 'FAILED', reason: 'EIO' }
    const deleteMany: ObjectStore['deleteMany'] = async () => [{ kind: 'absent' }, failed]
    await watch({ ...inner.objects, deleteMany }).deleteMany(['a/1', 'a/2'])
    await watch(inner.objects).deleteMany(['a/1', 'a/2'])
    await watch(inner.objects)
      .move('a/1', 'a/2')
      .catch(() => {})
    expect(told).toEqual([true, false, false])
  })
})

describe('a dry run', () => {
  it('says what it would change, and changes nothing', async () => {
    const inner = await filled()
    const changes: DryChange[] = []
    const store = dryRunStore(inner, (change) => changes.push(change))
    expect(await store.put('a/1', bytesOf('other'))).toBe(5)
    expect(await store.put('new', streamOf('one ', 'two'))).toBe(7)
    expect(await store.deleteMany(['a/1', 'nowhere', 'a/2'])).toEqual([
      { kind: 'removed', bytes: 3 },
      { kind: 'absent' },
      { kind: 'removed', bytes: 3 },
    ])
    expect(await store.deleteMany(['b/3'], { unlessModifiedSinceMs: 0 })).toEqual([
      { kind: 'modified' },
    ])
    await store.move('b/3', 'a/1')
    await expect(store.move('nowhere', 'a/1')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await store.pruneMany(['a/', 'b/'])).toEqual([false, false])
    expect(changes).toEqual([
      { kind: 'put', key: 'a/1', sizeBytes: 5 },
      { kind: 'put', key: 'new', sizeBytes: 7 },
      { kind: 'delete', key: 'a/1', bytes: 3 },
      { kind: 'delete', key: 'a/2', bytes: 3 },
      { kind: 'move', from: 'b/3', to: 'a/1' },
    ])
    expect(await listAll(store)).toEqual(await listAll(inner))
    expect(await readText(inner, 'a/1')).toBe('a/1')
  })

  it('refuses the keys that a store refuses', async () => {
    const store = dryRunStore(open())
    await expect(store.put('../a', bytesOf('1'))).rejects.toMatchObject({ code: 'INVALID_PATH' })
    await expect(store.move('a', '../b')).rejects.toMatchObject({ code: 'INVALID_PATH' })
    await expect(store.deleteMany(['../a'])).rejects.toMatchObject({ code: 'INVALID_PATH' })
  })
})

describe('a store where one call goes wrong', () => {
  const acts: Readonly<Record<keyof ObjectStore, (store: ObjectStore) => Promise<unknown>>> = {
    get: (store) => store.get('a/1'),
    getMany: (store) => store.getMany(['a/1', 'b/3'], { maximumBytes: 9 }),
    headMany: (store) => store.headMany(['a/1', 'b/3']),
    put: (store) => store.put('a/1', streamOf('ot', 'her')),
    list: (store) => listAll(store, 'a/'),
    deleteMany: (store) => store.deleteMany(['a/1', 'b/3']),
    move: (store) => store.move('a/1', 'b/3'),
    pruneMany: (store) => store.pruneMany(['a/', 'b/']),
  }
  const lies: Readonly<Record<keyof ObjectStore, unknown>> = {
    get: null,
    getMany: [{ kind: 'absent' }, { kind: 'absent' }],
    headMany: [{ kind: 'absent' }, { kind: 'absent' }],
    put: 5,
    list: [{ kind: 'key', key: 'a/1' }],
    deleteMany: [
      { kind: 'removed', bytes: 0 },
      { kind: 'removed', bytes: 0 },
    ],
    move: undefined,
    pruneMany: [true, true],
  }
  const calls = Object.keys(acts) as (keyof ObjectStore)[]

  /** The outcome, without the moments and bodies in it. */
  const told = async (answer: Promise<unknown>) =>
    JSON.stringify(await answer, (name, value) => (name === 'modifiedAtMs' ? 0 : value))

  it.each(calls)('fails at a %s, and changes nothing', async (call) => {
    const inner = await filled()
    const fault = { call, nth: 1, how: 'fails', code: 'FULL' } as const
    const { store, hasMet } = failingObjectStore(inner, fault)
    expect(hasMet()).toBe(false)
    const end = await acts[call](store).catch((error: unknown) => [error])
    expect(end).toContainEqual(expect.objectContaining({ code: 'FULL' }))
    expect(await readText(inner, 'a/1')).toBe('a/1')
    expect(await listAll(inner)).toHaveLength(3)
    expect(hasMet()).toBe(true)
    expect(await told(acts[call](store))).toBe(await told(acts[call](await filled())))
  })

  it('fails at the call that is meant', async () => {
    const { store } = failingObjectStore(await filled(), { call: 'get', nth: 3, how: 'fails' })
    await store.headMany(['a/1'])
    for (const _ of [1, 2]) expect(await readText(store, 'a/1')).toBe('a/1')
    await expect(store.get('a/1')).rejects.toMatchObject({ code: 'FAILED' })
    expect(await readText(store, 'a/1')).toBe('a/1')
  })

  it.each(calls)('lies at a %s, and changes nothing', async (call) => {
    const inner = await filled()
    const { store } = failingObjectStore(inner, { call, nth: 1, how: 'lies' })
    expect(await acts[call](store)).toEqual(lies[call])
    expect(await readText(inner, 'a/1')).toBe('a/1')
    expect(await listAll(inner)).toHaveLength(3)
  })

  it.each(calls)('hangs at a %s until it may go on', async (call) => {
    const { store, goOn } = failingObjectStore(await filled(), { call, nth: 1, how: 'hangs' })
    let isOver = false
    const acting = told(acts[call](store)).finally(() => (isOver = true))
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
    await new Promise((resolve) => setImmediate(resolve))
    expect(isOver).toBe(false)
    goOn()
    expect(await acting).toBe(await told(acts[call](await filled())))
  })
})
