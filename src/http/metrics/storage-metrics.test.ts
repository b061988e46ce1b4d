import { expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { createMemoryObjectStore } from '#adapters/memory/memory-object-store.ts'
import { createMemoryUploadStore } from '#adapters/memory/memory-upload-store.ts'
import { StoreError } from '#storage/errors.ts'
import type { DeleteOutcome } from '#storage/object-store.ts'
import { watchStores } from './storage-metrics.ts'

const failed = (code: 'FULL' | 'DENIED' | 'INVALID_PATH'): DeleteOutcome => ({
  kind: 'failed',
  code,
  reason: 'said the platform',
})

function open() {
  const files = createMemoryFileTree()
  return { files, uploadStore: createMemoryUploadStore(files) }
}

it('counts each key that the storage refused in a removal of many, by its code', async () => {
  let outcomes: readonly DeleteOutcome[] = []
  const { files, uploadStore } = open()
  const objects = { ...createMemoryObjectStore(files), deleteMany: async () => outcomes }
  const watched = watchStores({ objects, uploadStore })
  const { deleteMany } = watched.objects
  const failures = () =>
    watched.families().flatMap(({ samples }) => samples.map(({ labels, value }) => [labels, value]))

  outcomes = [failed('DENIED'), { kind: 'removed', bytes: 1 }, failed('INVALID_PATH')]
  expect(await deleteMany(['a', 'b', 'c'])).toBe(outcomes)
  expect(watched.isWritable()).toBe(false)
  expect(failures()).toContainEqual([{ reason: 'denied' }, 1])

  // An invalid key says nothing about the storage as a whole.
  outcomes = [failed('INVALID_PATH'), { kind: 'absent' }, { kind: 'modified' }]
  await deleteMany(['a', 'b', 'c'])
  expect(watched.isWritable()).toBe(true)
  expect(failures()).toContainEqual([{ reason: 'denied' }, 1])
})

it('learns nothing from an upload that was refused, and all from one that was written', async () => {
  const { files, uploadStore } = open()
  let isFull = true
  const watched = watchStores({
    objects: createMemoryObjectStore(files),
    uploadStore: {
      ...uploadStore,
      append: async (...call) => {
        if (isFull) throw new StoreError('FULL', call[0])
        return await uploadStore.append(...call)
      },
    },
  })
  const { begin, append } = watched.uploadStore
  const chunk = { offset: 0, body: new Uint8Array(3) }
  await begin('a/', 0)
  await expect(append('a/', chunk)).rejects.toMatchObject({ code: 'FULL' })
  expect(watched.isWritable()).toBe(false)
  isFull = false
  expect(await append('b/', chunk)).toEqual({ kind: 'absent' })
  expect(watched.isWritable()).toBe(false)
  await append('a/', chunk)
  expect(watched.isWritable()).toBe(true)
})
