import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { splitDigest } from '#domain/values/digest.ts'
import { contentOf, tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { removeOne } from '#testing/builders/one-removal.ts'
import {
  filesOf,
  openTestRegistry,
  repositoryName,
  tagName,
} from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const restore = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const
const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })
const folderOf = (digest: typeof one.digest) => {
  const { hex } = splitDigest(digest)
  return `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}`
}

describe('restoring', () => {
  it('gives the same registry as before the deletion', async () => {
    const storage = createMemoryFileTree()
    const registry = openTestRegistry({ storage })
    const index = tinyIndex({ amd64: one, arm64: two })
    const sbom = tinyImage({ layers: ['sbom'], subject: one })
    await registry.push('team/app', one)
    await registry.push('team/app', two)
    await registry.push('team/app', index, '1.0', 'latest')
    await registry.push('team/app', sbom)
    const before = await filesOf(storage)
    const id = await registry.trashed('team/app', 'latest')
    expect(await filesOf(storage)).not.toEqual(before)
    expect(await registry.trash.restore(id, restore)).toEqual({
      ok: true,
      value: {
        repository: 'team/app',
        digest: index.digest,
        tags: ['1.0', 'latest'],
        replaced: [],
      },
    })
    expect(await filesOf(storage)).toEqual(before)
    expect(await registry.trash.restore(id, restore)).toMatchObject({
      refusal: { code: 'NO_SUCH_TRASH_ENTRY' },
    })
  })

  it('puts back what other software has collected of a manifest', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0')
    const id = await registry.trashed('team/app', '1.0')
    await registry.storage.remove(folderOf(one.digest))
    await registry.storage.remove('docker/registry/v2/repositories/team/app/_layers')
    expect(await registry.trash.restore(id, restore)).toMatchObject({ ok: true })
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
  })

  it('refuses when a layer is gone, and changes nothing', async () => {
    const storage = createMemoryFileTree()
    const registry = openTestRegistry({ storage })
    await registry.push('team/app', one, '1.0')
    const id = await registry.trashed('team/app', '1.0')
    const layer = contentOf('one').digest
    await storage.remove(folderOf(layer))
    const before = await filesOf(storage)
    expect(await registry.trash.restore(id, restore)).toMatchObject({
      refusal: { code: 'CONTENT_MISSING', missing: [layer] },
    })
    expect(await filesOf(storage)).toEqual(before)
  })

  it('does not ask for what the image lacked already', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0')
    await registry.storage.remove(folderOf(contentOf('one').digest))
    const id = await registry.trashed('team/app', '1.0')
    expect(await registry.trash.restore(id, restore)).toMatchObject({ ok: true })
    expect(await registry.manifests.resolveReference(app, tagName('1.0'))).toBe(one.digest)
  })

  it('refuses what a collection has begun to take', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0')
    const id = await registry.trashed('team/app', '1.0')
    const claim = {
      step: 'trash-claim',
      cause: 'deleted image',
      repository: 'team/app',
      digest: null,
      name: id,
      isManifest: false,
      sizeBytes: 0,
    } as const
    await removeOne(registry.remover, claim, registry.clock.nowMs())
    expect(await registry.trash.restore(id, restore)).toMatchObject({
      refusal: { code: 'COLLECTION_RUNNING' },
    })
    expect(await registry.trash.list()).toEqual([])
  })

  it('brings back a platform that another deleted image took along', async () => {
    const registry = openTestRegistry()
    const [first, second] = [tinyIndex({ amd64: one }), tinyIndex({ amd64: one, arm64: two })]
    for (const image of [one, two]) await registry.push('team/app', image)
    await registry.push('team/app', first, '1')
    await registry.push('team/app', second, '2')
    const id = await registry.trashed('team/app', '1')
    const other = await registry.trashed('team/app', '2')
    expect((await registry.trash.get(id))?.manifests).toHaveLength(1)
    expect(await registry.trash.restore(id, restore)).toMatchObject({ ok: true })
    expect(await registry.pulls('team/app', '1')).toBe(true)
    expect(await registry.trash.restore(other, restore)).toMatchObject({ ok: true })
    expect(await registry.pulls('team/app', '2')).toBe(true)
  })
})

async function conflicting(...otherTags: readonly string[]) {
  const registry = openTestRegistry()
  await registry.push('team/app', one, '1.0', 'latest')
  const id = await registry.trashed('team/app', '1.0')
  await registry.push('team/app', two, 'latest', ...otherTags)
  const pointsAt = async (tag: string) =>
    await registry.manifests.resolveReference(app, tagName(tag))
  return { registry, id, pointsAt }
}

describe('restoring a tag that shows another image now', () => {
  it('is refused, and changes nothing', async () => {
    const { registry, id, pointsAt } = await conflicting()
    expect(await registry.trash.restore(id, restore)).toMatchObject({
      refusal: { code: 'TAG_EXISTS', conflicts: [{ name: 'latest', digest: two.digest }] },
    })
    expect(await pointsAt('1.0')).toBeNull()
    expect(await pointsAt('latest')).toBe(two.digest)
  })

  it('may leave that tag where it is', async () => {
    const { registry, id, pointsAt } = await conflicting()
    const restored = await registry.trash.restore(id, { ...restore, onConflict: 'skip-tags' })
    expect(restored).toMatchObject({ value: { tags: ['1.0'], replaced: [] } })
    expect(await pointsAt('latest')).toBe(two.digest)
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
  })

  it('may replace it, and sends to the trash what loses its last tag', async () => {
    const { registry, id, pointsAt } = await conflicting()
    const restored = await registry.trash.restore(id, { ...restore, onConflict: 'replace' })
    expect(restored).toMatchObject({
      value: { tags: ['1.0', 'latest'], replaced: [{ digest: two.digest, deletedBy: 'bob' }] },
    })
    expect(await pointsAt('latest')).toBe(one.digest)
    const [replaced] = await registry.trash.list()
    expect(replaced?.tags).toMatchObject([{ name: 'latest', digest: two.digest }])
  })

  it('may replace it, and keeps what has another tag', async () => {
    const { registry, id } = await conflicting('2.0')
    const restored = await registry.trash.restore(id, { ...restore, onConflict: 'replace' })
    const tags = [{ name: 'latest', digest: two.digest }]
    expect(restored).toMatchObject({ value: { replaced: [{ manifests: [], tags }] } })
    expect(await registry.pulls('team/app', '2.0')).toBe(true)
    expect(await registry.trash.list()).toMatchObject([{ manifests: [], tags }])
  })

  it('may give it another name, or none', async () => {
    const { registry, id, pointsAt } = await conflicting()
    const renamed = new Map([[tagName('latest'), tagName('restored')]])
    const taken = new Map([[tagName('1.0'), tagName('latest')]])
    expect(await registry.trash.restore(id, { ...restore, tags: taken })).toMatchObject({
      refusal: { code: 'TAG_EXISTS' },
    })
    const dropped = new Map([...renamed, [tagName('1.0'), null] as const])
    expect(await registry.trash.restore(id, { ...restore, tags: dropped })).toMatchObject({
      value: { tags: ['restored'] },
    })
    expect(await pointsAt('1.0')).toBeNull()
    expect(await pointsAt('latest')).toBe(two.digest)
    expect(await pointsAt('restored')).toBe(one.digest)
  })
})
