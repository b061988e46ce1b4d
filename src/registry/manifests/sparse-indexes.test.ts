import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { verifyStore } from '#gc/verify/verify.ts'
import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { clock } from '#testing/builders/hostile-registry.ts'
import { blobFolder, layerFolder, revisionFolder } from '../layout.ts'
import { objectsOverFiles } from '#adapters/filesystem/objects-over-file-tree.ts'
import { checkReferences } from './manifest-check.ts'
import { parseManifestBytes } from './manifest-reading.ts'
import { leasedOf } from '#testing/conformance/coordination/blob-leases.ts'
import type { InUseGuard } from '#coordination/blob-leases.ts'
import {
  openTestRegistry,
  repositoryName,
  tagName,
  valueOf,
  type TestRegistry,
} from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })
const index = tinyIndex({ amd64: one, arm64: two })
const manifest = valueOf(parseManifestBytes(index.bytes))

async function sparse(acceptsSparseIndexes?: () => Promise<boolean>): Promise<TestRegistry> {
  const storage = createMemoryFileTree({ clock })
  const registry = openTestRegistry({
    storage,
    clock,
    ...(acceptsSparseIndexes && { acceptsSparseIndexes }),
  })
  await registry.push('team/app', one)
  return registry
}

const put = ({ manifests }: TestRegistry) =>
  manifests.putManifest(app, tagName('index'), { bytes: index.bytes, contentType: index.mediaType })

/** @param removing the folders that a collection is removing at this moment */
const guardWhile = (removing: readonly string[]): InUseGuard => ({
  lease: async (digests, folderOf) =>
    new Set([...digests].filter((digest) => !removing.includes(folderOf(digest)))),
  intend: async () => false,
  withdraw: async () => {},
  markReadOnly() {},
  waitUntilDeleted: () => Promise.resolve(),
})

describe('a sparse index', () => {
  it('is taken only where the registry is told to', async () => {
    expect(await put(await sparse())).toMatchObject({
      ok: false,
      refusal: { code: 'MANIFEST_BLOB_UNKNOWN', missing: [two.digest] },
    })
    expect(await put(await sparse(async () => true))).toMatchObject({ ok: true })
  })

  it('asks for the policy in force at each push, and only where it matters', async () => {
    let asked = 0
    let accepts = false
    const registry = await sparse(async () => ((asked += 1), accepts))
    expect(asked).toBe(0)
    expect((await put(registry)).ok).toBe(false)
    accepts = true
    expect((await put(registry)).ok).toBe(true)
    expect(asked).toBe(2)
    await registry.push('team/app', two)
    expect((await put(registry)).ok).toBe(true)
    expect(asked).toBe(2)
  })

  it('lacks only what no link leads to, and nothing that is just being removed', async () => {
    const { storage, push } = await sparse()
    const objects = objectsOverFiles(storage)
    const check = (removing: readonly string[] = []) =>
      checkReferences(objects, guardWhile(removing), app, manifest)
    const lacking = { missing: [two.digest], misstated: [] }
    expect(await check()).toEqual({ ...lacking, absent: [two.digest] })
    // An earlier push may rely on the platform: the client must learn that it is being removed.
    const goes = [revisionFolder(app, two.digest)]
    expect(await check(goes)).toEqual({ ...lacking, absent: [] })
    await push('team/app', two)
    expect(await check([blobFolder(two.digest)])).toEqual({ ...lacking, absent: [] })
    await storage.remove(blobFolder(two.digest))
    expect(await check()).toEqual({ ...lacking, absent: [] })
  })

  it('leaves what a push under way was told as it was', async () => {
    for (const [isWhole, isHeld] of [
      [true, false],
      [false, true],
    ] as const) {
      const registry = openTestRegistry({
        pushLeaseMs: 60_000,
        acceptsSparseIndexes: async () => true,
      })
      // The bytes of the platform are on storage, and its layers were just pushed for it.
      await registry.push('other', two)
      await registry.push('team/app', one)
      for (const blob of two.blobs) await registry.pushBlob('team/app', blob)
      if (isWhole) await registry.push('team/app', two)
      expect((await put(registry)).ok).toBe(true)
      await registry.leases.startCollection({ includePushLeases: true })
      const layer = two.blobs[2] ?? two
      expect(await leasedOf(registry.leases, [layer.digest])).toHaveLength(isHeld ? 1 : 0)
      await registry.leases.endCollection()
    }
  })

  it('is whole but for what is absent, wherever it is asked', async () => {
    const wounds: readonly (readonly [string, string])[] = [
      [blobFolder(one.digest), `${one.digest} is missing`],
      [blobFolder((one.blobs[1] ?? one).digest), `${(one.blobs[1] ?? one).digest} is missing`],
      [
        layerFolder(app, (one.blobs[1] ?? one).digest),
        `${(one.blobs[1] ?? one).digest} is not linked in its repository`,
      ],
    ]
    for (const [folder, reason] of wounds) {
      const registry = await sparse(async () => true)
      await put(registry)
      const verified = () =>
        verifyStore({
          reader: registry.reader,
          clock,
          pause: () => Promise.resolve(),
          acceptSparseIndexes: true,
          storedDigest: registry.storedDigest,
        })
      expect(await registry.queries.flaws(app, [index.digest])).toEqual(new Map())
      expect(await verified()).toEqual({ tags: 1, wholeTags: 1, broken: [], absentPlatforms: 1 })
      await registry.storage.remove(folder)
      expect(await registry.queries.flaws(app, [index.digest])).toEqual(
        new Map([[index.digest, reason]]),
      )
      expect((await verified()).broken).toMatchObject([{ tag: 'index', reason }])
    }
  })
})
