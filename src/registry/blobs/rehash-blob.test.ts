import { expect, it } from 'vitest'
import { createDigester } from '#adapters/crypto-web/digester.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { contentOf } from '#testing/builders/tiny-image.ts'
import { objectsOverFiles } from '#adapters/filesystem/objects-over-file-tree.ts'
import { blobFile } from '../layout.ts'
import { createStoredDigest } from './rehash-blob.ts'

const restless = { step: () => null }

it('tells what the bytes of a blob are, however many, or that there are none', async () => {
  const storage = createMemoryFileTree()
  const storedDigest = createStoredDigest(objectsOverFiles(storage), createDigester)
  const blob = contentOf('x'.repeat(200_000))
  expect(await storedDigest(blob.digest, restless)).toBeNull()
  await storage.write(blobFile(blob.digest), blob.bytes)
  expect(await storedDigest(blob.digest, restless)).toBe(blob.digest)
  const other = contentOf(`y${'x'.repeat(199_999)}`)
  await storage.write(blobFile(blob.digest), other.bytes)
  expect(await storedDigest(blob.digest, restless)).toBe(other.digest)
})

it('rests, and ends, between two pieces', async () => {
  const storage = createMemoryFileTree()
  const storedDigest = createStoredDigest(objectsOverFiles(storage), createDigester)
  const blob = contentOf('x')
  await storage.write(blobFile(blob.digest), blob.bytes)
  const step = () => {
    throw new Error('over')
  }
  await expect(storedDigest(blob.digest, { step })).rejects.toThrow('over')
})
