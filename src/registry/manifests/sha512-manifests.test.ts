import { describe, expect, it } from 'vitest'
import { createMemoryFileTree, type MemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { lookAtStore } from '#gc/look.ts'
import { verifyStore } from '#gc/verify/verify.ts'
import { splitDigest, type Digest } from '#domain/values/digest.ts'
import {
  bySha512,
  contentOf,
  tinyImage,
  tinyIndex,
  type TinyContent,
} from '#testing/builders/tiny-image.ts'
import { clock, collect } from '#testing/builders/hostile-registry.ts'
import { blobFile, revisionLink, tagHistoryLink } from '../layout.ts'
import {
  filesOf,
  openTestRegistry,
  repositoryName,
  tagName,
} from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const restore = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const
const hour = 3_600_000
const config = '{"architecture":"arm64","os":"linux","created":"2026-02-03T04:05:06Z"}'

/** All of it by sha512, as from a client whose build uses no other algorithm. */
const image = bySha512(tinyImage({ layers: ['base', 'one'], config, algorithm: 'sha512' }))
const other = bySha512(tinyImage({ layers: ['base', 'two'], algorithm: 'sha512' }))
const index = bySha512(tinyIndex({ arm64: image, amd64: other }))
const sbom = bySha512(tinyImage({ layers: ['sbom'], subject: image, artifactType: 'text/sbom' }))

const sizeOf = (...contents: readonly TinyContent[]) =>
  [...new Map(contents.map(({ digest, bytes }) => [digest, bytes.length])).values()].reduce(
    (sum, bytes) => sum + bytes,
    0,
  )

function open(): { registry: ReturnType<typeof openTestRegistry>; storage: MemoryFileTree } {
  const storage = createMemoryFileTree({ clock })
  return { storage, registry: openTestRegistry({ storage, clock }) }
}

async function withIndex() {
  const opened = open()
  for (const each of [image, other]) await opened.registry.push('team/app', each)
  for (const { digest, bytes } of [index]) {
    await opened.registry.manifests.putManifest(app, digest, { bytes, tags: [tagName('1.0')] })
  }
  return opened
}

const verified = (registry: ReturnType<typeof openTestRegistry>) =>
  verifyStore({
    reader: registry.reader,
    clock,
    pause: () => Promise.resolve(),
    storedDigest: registry.storedDigest,
  })

const isThere = (storage: MemoryFileTree, digest: Digest) =>
  storage.reads.open(blobFile(digest)) !== null

describe('a manifest by sha512', () => {
  it('is stored, linked and answered under the digest that it was pushed by', async () => {
    const { registry, storage } = open()
    await registry.push('team/app', image)
    const put = await registry.manifests.putManifest(app, image.digest, {
      ...image,
      tags: [tagName('1.0'), tagName('latest')],
    })
    expect(put).toMatchObject({ ok: true, value: { digest: image.digest } })
    const { hex } = splitDigest(image.digest)
    const files = await filesOf(storage)
    const folder = 'docker/registry/v2'
    for (const path of [
      `${folder}/repositories/team/app/_manifests/revisions/sha512/${hex}/link`,
      `${folder}/repositories/team/app/_manifests/tags/1.0/current/link`,
      `${folder}/repositories/team/app/_manifests/tags/latest/index/sha512/${hex}/link`,
    ]) {
      expect(files.get(path)).toBe(image.digest)
    }
    expect(files.has(`${folder}/blobs/sha512/${hex.slice(0, 2)}/${hex}/data`)).toBe(true)
    for (const reference of [image.digest, tagName('1.0'), tagName('latest')]) {
      expect(await registry.manifests.readManifest(app, reference)).toMatchObject({
        digest: image.digest,
      })
    }
    expect(await registry.manifests.readManifest(app, contentOf(image.bytes).digest)).toBeNull()
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
  })

  it('is not taken for other bytes', async () => {
    const { registry } = open()
    await registry.push('team/app', image)
    expect(await registry.manifests.putManifest(app, other.digest, image)).toMatchObject({
      refusal: { code: 'DIGEST_INVALID' },
    })
  })

  it('is shown with its platforms, its bytes, what is attached, and where it was built', async () => {
    const { registry } = await withIndex()
    await registry.push('team/app', sbom)
    expect(await registry.queries.tags(app)).toMatchObject([
      {
        name: '1.0',
        digest: index.digest,
        image: { kind: 'index', attached: [{ digest: sbom.digest }] },
      },
    ])
    expect(await registry.manifests.referrers(app, image.digest)).toMatchObject([
      { digest: sbom.digest, artifactType: 'text/sbom' },
    ])
    const all = [index, image, other, sbom]
    expect(await registry.queries.impact(app, ['1.0'], true)).toMatchObject({
      exclusiveBytes: sizeOf(...all, ...all.flatMap(({ blobs }) => blobs)),
    })
    const origins = await registry.queries.origins(app, [image.digest])
    expect(origins.get(image.digest)).toMatchObject({
      platform: { architecture: 'arm64' },
      createdAtMs: Date.UTC(2026, 1, 3, 4, 5, 6),
    })
    expect(await registry.queries.image(app, image.digest)).toMatchObject({
      parts: [{ configuration: { platform: { architecture: 'arm64' } } }],
    })
  })

  it('needs all that it lists, and is whole', async () => {
    const { registry, storage } = await withIndex()
    await collect(registry, true)
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
    expect(await verified(registry)).toEqual({ tags: 1, wholeTags: 1, broken: [] })
    const pause = () => Promise.resolve()
    const look = await lookAtStore({ reader: registry.reader, clock, pause })
    const policy = { collectUntagged: false, untaggedMinimumAgeHours: 24 }
    expect(await look.explain(image.digest, policy)).toMatchObject({
      kind: 'kept',
      root: { kind: 'tag', tag: '1.0' },
    })
    const bytes = (await filesOf(storage)).get(blobFile(image.digest)) ?? ''
    await storage.write(blobFile(image.digest), new TextEncoder().encode(bytes.replace('2', '3')))
    expect(await verified(registry)).toMatchObject({ wholeTags: 0 })
  })

  it('goes to the trash, is held there, and comes back', async () => {
    const { registry } = await withIndex()
    const id = await registry.trashed('team/app', index.digest, { retentionMs: 1000 * hour })
    expect(await registry.manifests.readManifest(app, tagName('1.0'))).toBeNull()
    expect(await registry.trash.list()).toMatchObject([
      { id, digest: index.digest, manifests: [{ role: 'image' }, {}, {}] },
    ])
    const all = [index, image, other]
    expect(await registry.queries.heldBytes()).toEqual(
      new Map([[id, sizeOf(...all, ...all.flatMap(({ blobs }) => blobs))]]),
    )
    await collect(registry, true)
    expect(await registry.trash.restore(id, restore)).toMatchObject({
      ok: true,
      value: { digest: index.digest, tags: ['1.0'] },
    })
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
  })

  it('is freed with what only it needs, once nobody holds it', async () => {
    const { registry, storage } = await withIndex()
    await registry.push('team/app', tinyImage({ layers: ['base'] }), '2.0')
    await registry.trashed('team/app', '1.0')
    await collect(registry)
    for (const { digest } of [index, image, other]) expect(isThere(storage, digest)).toBe(false)
    expect(isThere(storage, contentOf('one').digest)).toBe(false)
    expect(await registry.pulls('team/app', '2.0')).toBe(true)
  })

  it('is collected when no tag shows it any more, with its place in the history', async () => {
    const { registry, storage } = open()
    await registry.push('team/app', image)
    await registry.manifests.putManifest(app, image.digest, { ...image, tags: [tagName('1.0')] })
    await registry.push('team/app', other)
    await registry.manifests.putManifest(app, other.digest, { ...other, tags: [tagName('1.0')] })
    expect((await registry.manifests.tagHistory(app, tagName('1.0'))).length).toBe(2)
    await collect(registry, true)
    expect(isThere(storage, image.digest)).toBe(false)
    for (const path of [
      revisionLink(app, image.digest),
      tagHistoryLink(app, tagName('1.0'), image.digest),
    ]) {
      expect(storage.reads.open(path)).toBeNull()
    }
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
  })

  it('keeps a layer of the same bytes, and is kept beside it', async () => {
    const { registry, storage } = open()
    // The same bytes as a sha512 layer: storage keeps those by sha256 too.
    await registry.pushBlob('team/app', image)
    const holder = bySha512(
      tinyImage({ layers: [new TextDecoder().decode(image.bytes)], algorithm: 'sha512' }),
    )
    await registry.push('team/app', holder)
    await registry.manifests.putManifest(app, holder.digest, {
      ...holder,
      tags: [tagName('holder')],
    })
    await registry.push('team/app', image)
    await registry.manifests.putManifest(app, image.digest, { ...image, tags: [tagName('1.0')] })
    await collect(registry, true)
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
    expect(await registry.pulls('team/app', 'holder')).toBe(true)
    expect(await verified(registry)).toMatchObject({ wholeTags: 2 })
    await registry.trashed('team/app', '1.0')
    await collect(registry, true)
    expect(await registry.pulls('team/app', 'holder')).toBe(true)
    expect(isThere(storage, contentOf(image.bytes).digest)).toBe(true)
  })

  it('leaves nothing behind: not the links to its layers by either digest, nor the repository', async () => {
    const { registry, storage } = await withIndex()
    await registry.trashed('team/app', '1.0', { retentionMs: 1000 * hour })
    const linked = async () =>
      [...(await filesOf(storage)).keys()].filter((path) => path.includes('/_layers/sha512/'))
    await collect(registry)
    expect(await linked()).toHaveLength(5)
    expect(await registry.removeRepository(app)).toMatchObject({ ok: false })
    for (const { id } of await registry.trash.list()) await registry.trash.deleteForever(id)
    await collect(registry)
    expect(await linked()).toEqual([])
    expect(await registry.removeRepository(app)).toMatchObject({ ok: true })
  })

  it('keeps the links to its layers by either digest when it turns out to be in use', async () => {
    const { registry, storage } = open()
    await registry.push('team/app', image)
    const before = [...(await filesOf(storage)).keys()]
    const remover: typeof registry.remover = {
      removeBatch: async (items, sinceMs) =>
        items[0]?.step === 'revision'
          ? items.map(() => ({ kind: 'in use' }))
          : registry.remover.removeBatch(items, sinceMs),
    }
    const { result } = await collect({ ...registry, remover }, true)
    expect(result.skipped).toBeGreaterThan(5)
    expect(await registry.pulls('team/app', image.digest)).toBe(true)
    expect([...(await filesOf(storage)).keys()]).toEqual(expect.arrayContaining(before))
  })
})
