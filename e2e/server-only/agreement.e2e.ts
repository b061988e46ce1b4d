import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { blobFile, revisionLink } from '#registry/layout.ts'
import { buildImage, buildIndex, type BuiltManifest } from '#services/samples/image-builder.ts'
import { run } from '../clients.ts'
import { fingerprintOf, generateStore } from '../bench/generate-store.ts'
import { shapeStore } from '../bench/store-shape.ts'
import { makeFolder } from '../server-process.ts'
import { folderTarget } from '../store-target.ts'
import { createStoreWriter, makeLayer, repositoryNamed, tagNamed } from '../store-writer.ts'
import { eligible, planned } from './both-collectors.ts'

const largeStore = process.env.AGREEMENT_BLOBS

for (const { seed, blobs } of [
  { seed: 1, blobs: 1000 },
  { seed: 2, blobs: 1000 },
  { seed: 3, blobs: 1000 },
  { seed: 4, blobs: 10_000 },
  { seed: 5, blobs: 10_000 },
  // AGREEMENT_BLOBS=100000 for a store of that size, which takes minutes to write.
  ...(largeStore ? [{ seed: 6, blobs: Number(largeStore) }] : []),
]) {
  test(`plans what docker-registry plans, to the digest: ${blobs} blobs, seed ${seed}`, async () => {
    if (largeStore) test.setTimeout(30 * 60_000)
    const folder = await makeFolder()
    const storage = join(folder.path, 'store')
    const { garbage, garbageWithUntagged } = generateStore(
      folderTarget(storage),
      shapeStore({ seed, blobs }),
      seed,
    )
    const ours = await planned(storage)
    expect(ours.length).toBeGreaterThan(blobs / 5)
    expect(fingerprintOf(ours)).toBe(garbage.fingerprint)
    expect(ours).toEqual(await eligible(storage, folder.path))
    // Where it cannot agree (see below), the expected result follows from what was written.
    const untagged = await planned(storage, '--untagged')
    expect(fingerprintOf(untagged)).toBe(garbageWithUntagged.fingerprint)
    await folder.remove()
  })
}

const image = (seed: number): BuiltManifest =>
  buildImage({ layers: [makeLayer(seed)], createdAt: '2026-01-01T00:00:00.000Z' })

const blobsOf = ({ manifest, blobs }: BuiltManifest): string[] =>
  [manifest, ...blobs].map(({ digest }) => digest)

test.describe('where docker-registry is wrong', () => {
  const repository = repositoryNamed('team/app')

  test('of a tagged index it takes the layers of a platform that has no link; here they stay', async () => {
    const folder = await makeFolder()
    const platform = image(1)
    const store = createStoreWriter(folder.path)
    // A client deleted the platform by its digest. The tag still lists it, so its bytes may still
    // be needed.
    store.push(repository, buildIndex([image(2), platform]), { tags: [tagNamed('1.0')] })
    await run('rm', join(folder.path, revisionLink(repository, platform.manifest.digest)))
    const takes = await eligible(folder.path, folder.path)
    expect(takes).toEqual(platform.blobs.map(({ digest }) => digest).toSorted())
    expect(await planned(folder.path)).toEqual([])
    await folder.remove()
  })

  test('with -m it takes the platforms of a tagged index, which have no tag of their own', async () => {
    const folder = await makeFolder()
    const platforms = [image(1), image(2)]
    const untagged = image(3)
    const store = createStoreWriter(folder.path)
    store.push(repository, buildIndex(platforms), { tags: [tagNamed('1.0')] })
    store.push(repository, untagged)
    const old = new Date(Date.now() - 30 * 24 * 3_600_000)
    for (const { manifest } of [...platforms, untagged]) {
      await utimes(join(folder.path, revisionLink(repository, manifest.digest)), old, old)
      await utimes(join(folder.path, blobFile(manifest.digest)), old, old)
    }
    const takes = await eligible(folder.path, folder.path, '-m')
    const layersOfPlatforms = platforms.flatMap(({ blobs }) => blobs.map(({ digest }) => digest))
    expect(takes).toEqual(expect.arrayContaining([...blobsOf(untagged), ...layersOfPlatforms]))
    expect(await planned(folder.path, '--untagged')).toEqual(blobsOf(untagged).toSorted())
    await folder.remove()
  })
})
