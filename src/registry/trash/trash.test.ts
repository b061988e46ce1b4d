import { describe, expect, it } from 'vitest'
import { createMemoryFileTree, type MemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { splitDigest, type Digest } from '#domain/values/digest.ts'
import { contentOf, tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import {
  filesOf,
  openTestRegistry,
  repositoryName,
  tagName,
} from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const refuse = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const
const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })
const isBlob = (path: string) => path.startsWith('docker/registry/v2/blobs/')

describe('soft deletion', () => {
  it('takes an image out of reach and leaves its bytes', async () => {
    const storage = createMemoryFileTree()
    const registry = openTestRegistry({ storage })
    await registry.push('team/app', one, '1.0', 'latest')
    const blobs = [...(await filesOf(storage)).keys()].filter(isBlob)
    const deleted = await registry.softDelete('team/app', '1.0', { retentionMs: 5000 })
    expect(deleted).toMatchObject({
      ok: true,
      value: {
        kind: 'trashed',
        entry: {
          repository: 'team/app',
          reference: '1.0',
          digest: one.digest,
          manifests: [{ digest: one.digest, role: 'image', mediaType: one.mediaType }],
          tags: [
            { name: '1.0', digest: one.digest },
            { name: 'latest', digest: one.digest },
          ],
          deletedBy: 'alice',
          deletedAtMs: registry.clock.nowMs(),
          heldUntilMs: registry.clock.nowMs() + 5000,
          hadRetention: true,
          state: 'held',
        },
      },
    })
    for (const reference of ['1.0', 'latest', one.digest]) {
      expect(await registry.pulls('team/app', reference)).toBe(false)
    }
    expect(await registry.catalog.tagNames(app)).toEqual([])
    expect([...(await filesOf(storage)).keys()].filter(isBlob)).toEqual(blobs)
    expect(await registry.trash.list()).toHaveLength(1)
  })

  it('removes one of several tags alone, and the image with the last one', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0', 'latest')
    const tags = [{ name: '1.0', digest: one.digest }]
    expect(await registry.softDelete('team/app', '1.0', { extent: 'tag' })).toMatchObject({
      ok: true,
      value: { kind: 'untagged', tags: ['1.0'], digest: one.digest, entry: { tags } },
    })
    expect(await registry.pulls('team/app', 'latest')).toBe(true)
    expect(await registry.trash.list()).toMatchObject([{ manifests: [], tags }])
    expect(await registry.softDelete('team/app', 'latest', { extent: 'tag' })).toMatchObject({
      value: { kind: 'trashed' },
    })
  })

  it('takes platforms and attached artifacts along', async () => {
    const registry = openTestRegistry()
    const index = tinyIndex({ amd64: one, arm64: two })
    const sbom = tinyImage({ layers: ['sbom'], subject: index })
    const layerMediaType = 'application/vnd.dev.cosign.simplesigning.v1+json'
    const signature = tinyImage({ layers: ['signature'], layerMediaType })
    for (const manifest of [one, two]) await registry.push('team/app', manifest)
    await registry.push('team/app', index, '1.0')
    await registry.push('team/app', sbom)
    const signatureTag = `${index.digest.replace(':', '-')}.sig`
    await registry.push('team/app', signature, signatureTag)
    const id = await registry.trashed('team/app', '1.0')
    const entry = await registry.trash.get(id)
    expect(entry?.manifests.map(({ digest, role }) => [digest, role])).toEqual([
      [index.digest, 'image'],
      [one.digest, 'platform'],
      [two.digest, 'platform'],
      [sbom.digest, 'attached'],
      [signature.digest, 'attached'],
    ])
    expect(entry?.tags.map((tag) => tag.name)).toEqual(['1.0', signatureTag])
    for (const manifest of [index, one, two, sbom, signature]) {
      expect(await registry.pulls('team/app', manifest.digest)).toBe(false)
    }
  })

  it('refuses when the tag is no longer what the person saw', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0')
    await registry.push('team/app', two, '1.0')
    expect(
      await registry.softDelete('team/app', '1.0', { expectedDigest: one.digest }),
    ).toMatchObject({ refusal: { code: 'REFERENCE_CHANGED', digest: two.digest } })
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
    expect(
      await registry.softDelete('team/app', '1.0', { expectedDigest: two.digest }),
    ).toMatchObject({ ok: true })
  })

  it('refuses an untagged image that has got a tag, and says by which rule an entry came', async () => {
    const registry = openTestRegistry()
    const byRule = { scope: 'team', rule: 'Remove untagged images' }
    await registry.push('team/app', one, '1.0')
    await registry.push('team/app', two)
    const ask = { onlyUntagged: true, byRule }
    expect(await registry.softDelete('team/app', one.digest, ask)).toMatchObject({
      refusal: { code: 'REFERENCE_CHANGED', message: `${one.digest} has a tag now: 1.0` },
    })
    const id = await registry.trashed('team/app', two.digest, ask)
    // As it was written, and as it is read.
    expect(await registry.trash.get(id)).toMatchObject({ byRule })
    expect(await registry.trash.list()).toMatchObject([{ id, byRule }])
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
  })

  it('says what does not exist', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0')
    const code = async (repository: string, reference: string) => {
      const deleted = await registry.softDelete(repository, reference)
      return deleted.ok ? null : deleted.refusal.code
    }
    expect(await code('nowhere', '1.0')).toBe('NO_SUCH_REPOSITORY')
    expect(await code('team/app', '2.0')).toBe('NO_SUCH_TAG')
    expect(await code('team/app', two.digest)).toBe('NO_SUCH_REF')
    expect(await code('team/app', one.digest)).toBeNull()
    expect(await code('team/app', one.digest)).toBe('NO_SUCH_REF')
  })

  it('never breaks an index that lists the image', async () => {
    const registry = openTestRegistry()
    const index = tinyIndex({ amd64: one })
    await registry.push('team/app', one, '1.0-amd64')
    await registry.push('team/app', index, '1.0')
    expect(await registry.softDelete('team/app', '1.0-amd64')).toMatchObject({
      value: { kind: 'untagged', tags: ['1.0-amd64'] },
    })
    expect(await registry.softDelete('team/app', one.digest)).toMatchObject({
      refusal: { code: 'MANIFEST_IN_USE', heldBy: [index.digest] },
    })
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
  })

  it('lets a tag go whose manifest is gone, since nothing of it can be pulled', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0')
    const { hex } = splitDigest(one.digest)
    await registry.storage.remove(`docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}`)
    expect(await registry.softDelete('team/app', '1.0')).toMatchObject({
      value: { kind: 'untagged' },
    })
    expect(await registry.catalog.tagNames(app)).toEqual([])
    expect(await registry.softDelete('team/app', one.digest)).toMatchObject({ ok: true })
    expect(await registry.softDelete('team/app', one.digest)).toMatchObject({ ok: false })
  })

  it('of a manifest that cannot be read keeps its bytes, and gives them back', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0')
    const { hex } = splitDigest(one.digest)
    const path = `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`
    await registry.storage.write(path, contentOf('{').bytes)
    const before = await filesOf(registry.storage as MemoryFileTree)
    const id = await registry.trashed('team/app', one.digest)
    expect(await registry.manifests.resolveReference(app, one.digest)).toBeNull()
    expect(await registry.catalog.tagNames(app)).toEqual([])
    const request = { onConflict: 'refuse', restoredBy: 'alice', retentionMs: 0 } as const
    expect(await registry.trash.restore(id, request)).toMatchObject({ ok: true })
    expect(await filesOf(registry.storage as MemoryFileTree)).toEqual(before)
  })

  it('leaves alone a manifest that is too large to be kept', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0')
    const { hex } = splitDigest(one.digest)
    const path = `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`
    await registry.storage.write(path, new Uint8Array(4 * 1024 * 1024 + 1))
    expect(await registry.softDelete('team/app', one.digest)).toMatchObject({
      refusal: { code: 'MANIFEST_UNREADABLE' },
    })
  })

  it('and a push of the same tag never interleave', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0')
    await registry.push('team/app', two)
    const [deleted, put] = await Promise.all([
      registry.softDelete('team/app', '1.0', { expectedDigest: one.digest }),
      registry.manifests.putManifest(app, tagName('1.0'), two),
    ])
    expect([deleted.ok, put.ok]).toEqual([true, true])
    expect(await registry.manifests.resolveReference(app, tagName('1.0'))).toBe(two.digest)
    expect((await registry.trash.list()).map((entry) => entry.digest)).toEqual([one.digest])
  })
})

describe('the trash', () => {
  it('lists the newest first, and is the same after a restart', async () => {
    const storage = createMemoryFileTree()
    const registry = openTestRegistry({ storage })
    await registry.push('team/app', one, '1.0')
    await registry.push('team/app', two, '2.0')
    await registry.trashed('team/app', '1.0')
    registry.advance(1000)
    await registry.trashed('team/app', '2.0')
    const entries = await registry.trash.list()
    expect(entries.map((entry) => entry.reference)).toEqual(['2.0', '1.0'])
    expect(await openTestRegistry({ storage }).trash.list()).toEqual(entries)
  })

  it('gives an image up to the next collection, when it is deleted forever', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0')
    const id = await registry.trashed('team/app', '1.0', { retentionMs: 100_000 })
    registry.advance(1000)
    expect(await registry.trash.deleteForever(id)).toBe(true)
    expect(await registry.trash.deleteForever('unknown')).toBe(false)
    expect(await registry.trash.get(id)).toMatchObject({
      heldUntilMs: registry.clock.nowMs(),
      hadRetention: false,
      state: 'held',
    })
    expect(await registry.trash.restore(id, refuse)).toMatchObject({ ok: true })
  })

  it('knows who holds how many bytes', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0')
    await registry.push('team/app', two, '2.0')
    const id = await registry.trashed('team/app', '1.0')
    const own = (image: typeof one, ...digests: readonly (Digest | undefined)[]) =>
      image.bytes.length +
      image.blobs
        .filter((blob) => digests.includes(blob.digest))
        .reduce((sum, blob) => sum + blob.bytes.length, 0)
    expect(await registry.queries.heldBytes()).toEqual(
      new Map([[id, own(one, one.blobs[2]?.digest)]]),
    )
  })
})
