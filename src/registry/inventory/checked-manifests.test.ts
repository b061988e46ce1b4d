import { expect, it } from 'vitest'
import { createDigester } from '#adapters/crypto-web/digester.ts'
import { createMemoryObjectStore } from '#adapters/memory/memory-object-store.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { manifestStatus } from '#graph/packed/parsed-manifests.ts'
import { packDigests } from '#domain/values/packed-digests.ts'
import { scannerOver } from '#storage/scanner-over-lists.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { createCheckedManifests } from './checked-manifests.ts'
import { blobFile } from '../layout.ts'

const [one, two] = [tinyImage({ layers: ['one'] }), tinyImage({ layers: ['two'] })]

it('looks again at what was replaced in memory, or moved to another digest', async () => {
  const storage = createMemoryFileTree()
  await storage.write(blobFile(one.digest), one.bytes)
  const objects = createMemoryObjectStore(storage)
  const reads = { objects, scanner: scannerOver(objects) }
  const read = createCheckedManifests(reads, createDigester)
  const reading = async () => {
    const digests = packDigests([one.digest, two.digest])
    const { kinds } = await read({ digests, listed: Uint8Array.of(1, 1) })
    return [...kinds]
  }
  const { image, missing, unreadable } = manifestStatus
  expect(await reading()).toEqual([image, missing])
  expect(await reading()).toEqual([image, missing])
  await storage.move(blobFile(one.digest), blobFile(two.digest))
  await storage.write(blobFile(one.digest), two.bytes)
  expect(await reading()).toEqual([unreadable, unreadable])
  await storage.write(blobFile(one.digest), one.bytes)
  await storage.write(blobFile(two.digest), two.bytes)
  expect(await reading()).toEqual([image, image])
})
