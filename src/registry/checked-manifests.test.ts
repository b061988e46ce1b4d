import { expect, it } from 'vitest'
import { createDigester } from '#adapters/memory/digester.ts'
import { createMemoryStorage } from '#adapters/memory/memory-storage.ts'
import { readings } from '#collector/manifest-readings.ts'
import { packDigests } from '#domain/packed-digests.ts'
import { tinyImage } from '#fixtures/tiny-image.ts'
import { createCheckedManifests } from './checked-manifests.ts'
import { blobFile, manifestMemoryFile } from './layout.ts'
import { encodeManifests } from './remembered-manifests.ts'
import { withStamps } from './stamped-storage.contract.ts'

const [one, two] = [tinyImage({ layers: ['one'] }), tinyImage({ layers: ['two'] })]

it('looks again at what was replaced in memory, or moved to another digest', async () => {
  const storage = createMemoryStorage()
  await storage.write(blobFile(one.digest), one.bytes)
  const read = createCheckedManifests(storage, createDigester, 'unused')
  const reading = async () => {
    const digests = packDigests([one.digest, two.digest])
    const { kinds } = await read({ digests, listed: Uint8Array.of(1, 1) })
    return [...kinds]
  }
  const { image, missing, unreadable } = readings
  expect(await reading()).toEqual([image, missing])
  expect(await reading()).toEqual([image, missing])
  await storage.move(blobFile(one.digest), blobFile(two.digest))
  await storage.write(blobFile(one.digest), two.bytes)
  expect(await reading()).toEqual([unreadable, unreadable])
  await storage.write(blobFile(one.digest), one.bytes)
  await storage.write(blobFile(two.digest), two.bytes)
  expect(await reading()).toEqual([image, image])
})

it('hands bytes on, and says what was remembered, only where somebody keeps that', async () => {
  const storage = withStamps(createMemoryStorage())
  await storage.write(blobFile(one.digest), one.bytes)
  await storage.write(blobFile(two.digest), two.bytes)
  const stamp = (await storage.open(blobFile(one.digest)))?.stamp?.() ?? ''
  const remembered = [[one.digest, { stamp, bytes: one.bytes }]] as const
  await storage.write(manifestMemoryFile, encodeManifests(remembered))
  const asked = { digests: packDigests([one.digest, two.digest]), listed: Uint8Array.of(1, 1) }
  const reading = async (memory: 'unused' | 'read' | 'kept') =>
    await createCheckedManifests(storage, createDigester, memory)(asked)

  const kept = await reading('kept')
  expect(kept.origins).toMatchObject([
    [0, 'memory'],
    [1, { bytes: two.bytes }],
  ])
  for (const memory of ['unused', 'read'] as const) {
    expect(await reading(memory)).toEqual({ ...kept, origins: [] })
  }
})
