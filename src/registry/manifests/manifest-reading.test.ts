import { expect, it } from 'vitest'
import { contentOf } from '#testing/builders/tiny-image.ts'
import { readManifest } from './manifest-reading.ts'
import { StorageError, type Bytes, type StorageReader } from '#storage/storage.ts'

/**
 * A storage on which each read waits until the test releases it, with the number of running reads.
 */
function slowStorage(sizeBytes: number) {
  const waiting: { resolve: (bytes: Bytes) => void; reject: (error: Error) => void }[] = []
  const storage: StorageReader = {
    list: () => [],
    open: () => ({
      sizeBytes,
      modifiedAtMs: 0,
      bytes: () => new Promise((resolve, reject) => waiting.push({ resolve, reject })),
      stream: () => new ReadableStream(),
    }),
  }
  return { storage, waiting }
}

const digests = ['one', 'two', 'three'].map((text) => contentOf(text).digest)
const turn = () => new Promise((resolve) => setTimeout(resolve))
const bytes = new Uint8Array(1024 * 1024).fill(0x20)

it('large manifests are read one after the other, also after one that fails', async () => {
  const { storage, waiting } = slowStorage(bytes.length)
  const reads = digests.map(async (digest) => await readManifest(storage, digest))
  await turn()
  expect(waiting).toHaveLength(1)
  waiting[0]?.reject(new StorageError('DENIED', 'somewhere'))
  await turn()
  expect(waiting).toHaveLength(2)
  waiting[1]?.resolve(bytes)
  await turn()
  expect(waiting).toHaveLength(3)
  waiting[2]?.resolve(bytes)
  expect((await Promise.all(reads)).map(({ kind }) => kind)).toEqual([
    'unreadable',
    'opaque',
    'opaque',
  ])
})

it('small ones are read at once', async () => {
  const { storage, waiting } = slowStorage(100)
  const reads = digests.map(async (digest) => await readManifest(storage, digest))
  await turn()
  expect(waiting).toHaveLength(3)
  for (const { resolve } of waiting) resolve(bytes.slice(0, 100))
  await Promise.all(reads)
})
