import { edgeKinds } from '#graph/edges.ts'
import { manifestStatus } from '#graph/packed/parsed-manifests.ts'
import { packDigests, unpackDigests } from '#domain/values/packed-digests.ts'
import { lookAtStore } from '#gc/look.ts'
import { describe, expect, it } from 'vitest'
import type { RegistryReader } from '#gc/ports/registry-reader.ts'
import { createDigester } from '#adapters/crypto-web/digester.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { splitDigest, type Digest } from '#domain/values/digest.ts'
import { contentOf, tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { StoreError } from '#storage/errors.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import {
  contentsByName,
  openTestRegistry,
  repositoryName,
  valueOf,
} from '#testing/builders/test-registry.ts'

const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })
const hex = (digest: Digest) => splitDigest(digest).hex
const blobPath = (digest: Digest) =>
  `docker/registry/v2/blobs/sha256/${hex(digest).slice(0, 2)}/${hex(digest)}/data`

async function blobsOf(reader: RegistryReader): Promise<string[]> {
  const digests: string[] = []
  for await (const batch of reader.blobs()) digests.push(...unpackDigests(batch))
  return digests.toSorted()
}

describe('the inventory', () => {
  it('tells what each repository claims', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0', 'latest')
    await registry.push('team/app', two, 'latest')
    await registry.push('other', two)
    const { id } = await registry.uploads.start(repositoryName('other'))
    const contents = await contentsByName(registry.reader)
    const digestsOf = (images: readonly (typeof one)[]) =>
      [...new Set(images.flatMap((image) => image.blobs.map((blob) => blob.digest)))].toSorted()
    const read = contents.get('team/app')
    expect(read?.tags.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: '1.0', digest: one.digest, history: [] },
      { name: 'latest', digest: two.digest, history: [one.digest] },
    ])
    expect(read && unpackDigests(read.revisions).toSorted()).toEqual(
      [one.digest, two.digest].toSorted(),
    )
    expect(read && unpackDigests(read.layers).toSorted()).toEqual(digestsOf([one, two]))
    expect(read?.faults).toEqual([])
    expect(contents.get('other')).toMatchObject({
      tags: [],
      revisions: packDigests([two.digest]),
      uploads: [{ id, sizeBytes: 0, lastWrittenAtMs: registry.clock.nowMs() }],
    })
    expect([...contents.keys()].toSorted()).toEqual(['other', 'team/app'])
    expect(await blobsOf(registry.reader)).toEqual(
      [...digestsOf([one, two]), one.digest, two.digest].toSorted(),
    )
  })

  it('reads manifests, blobs, and when a manifest was linked', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0')
    const { reader } = registry
    const found = await reader.manifests({
      digests: packDigests([two.digest, one.digest]),
      listed: Uint8Array.of(0, 1),
    })
    expect([...found.kinds]).toEqual([manifestStatus.missing, manifestStatus.image])
    expect([...found.sizes]).toEqual([0, one.bytes.length])
    expect([...found.ends]).toEqual([0, 3])
    expect(unpackDigests(found.targets)).toEqual(one.blobs.map(({ digest }) => digest))
    expect([...found.targetKinds]).toEqual([edgeKinds.config, edgeKinds.layer, edgeKinds.layer])
    expect([...found.targetSizes].slice(1)).toEqual([4, 3])
    expect(
      await reader.stat(packDigests([contentOf('two').digest, contentOf('one').digest])),
    ).toEqual(Float64Array.of(-1, 3))
    expect(await reader.linkedAtMs('team/app', one.digest)).toBe(registry.clock.nowMs())
    expect(await reader.linkedAtMs('team/app', two.digest)).toBeNull()
    expect(await reader.linkedAtMs('../x', one.digest)).toBeNull()
  })

  it.each([
    ['empty', ''],
    ['truncated', '{"schemaVersion":2,'],
    ['of no kind', '{}'],
    ['oversized', ' '.repeat(4 * 1024 * 1024 + 1)],
  ])('says of a manifest that is %s that it cannot be read', async (_, text) => {
    const registry = openTestRegistry()
    await registry.storage.write(blobPath(one.digest), contentOf(text).bytes)
    const { kinds, reasons } = await registry.reader.manifests({
      digests: packDigests([one.digest]),
      listed: Uint8Array.of(1),
    })
    expect([...kinds]).toEqual([manifestStatus.unreadable])
    expect(reasons).toEqual([[0, expect.stringMatching(/./)]])
  })

  it('fails when storage fails', async () => {
    const inner = createMemoryFileTree()
    await openTestRegistry({ storage: inner }).push('team/app', one, '1.0')
    const failing: FileTree = {
      ...inner,
      list: (path) =>
        path.includes('revisions')
          ? Promise.reject(new StoreError('FAILED', path))
          : inner.list(path),
    }
    const { reader } = openTestRegistry({ storage: failing })
    await expect(contentsByName(reader)).rejects.toMatchObject({ code: 'FAILED' })
  })

  it('tells layers of sha512 by where their bytes are', async () => {
    const registry = openTestRegistry()
    const repository = repositoryName('team/app')
    const digester = createDigester('sha512')
    digester.update(contentOf('one').bytes)
    const { id } = await registry.uploads.start(repository)
    const { bytes } = contentOf('one')
    valueOf(await registry.uploads.finish(repository, id, digester.digest(), { body: bytes }))
    const [config] = one.blobs
    if (!config) throw new Error('a tiny image has a configuration')
    await registry.pushBlob('team/app', config)
    const manifest = contentOf(
      new TextDecoder().decode(one.bytes).replace(contentOf('one').digest, digester.digest()),
    )
    await registry.pushBlob('team/app', contentOf('base'))
    await registry.push('team/app', { ...one, ...manifest, blobs: [] }, '1.0')
    const contents = (await contentsByName(registry.reader)).get('team/app')
    const aliases = [{ digest: digester.digest(), stored: contentOf('one').digest }]
    expect(contents?.aliases).toEqual(aliases)
    expect(contents && unpackDigests(contents.layers)).toContain(contentOf('one').digest)
    const look = await lookAtStore({ ...registry, pause: async () => {} })
    const policy = { collectUntagged: true, untaggedMinimumAgeHours: 0 }
    expect(await look.explain(contentOf('one').digest, policy)).toMatchObject({
      kind: 'kept',
      root: { kind: 'tag', tag: '1.0' },
    })
  })

  it('tells of the trash, and holds what is not finished', async () => {
    const registry = openTestRegistry()
    const index = tinyIndex({ amd64: one })
    await registry.push('team/app', one)
    await registry.push('team/app', index, '1.0')
    const id = await registry.trashed('team/app', '1.0', { retentionMs: 1000 })
    const [contents] = await registry.reader.trash()
    expect(contents).toEqual({
      id,
      repository: 'team/app',
      manifests: [index.digest, one.digest],
      tags: ['1.0'],
      deletedAtMs: registry.clock.nowMs(),
      heldUntilMs: registry.clock.nowMs() + 1000,
      hadRetention: true,
      claimed: false,
    })
    const path = `jetsam/v1/trash/${id}.json`
    const file = await registry.storage.open(path)
    const text = new TextDecoder().decode(await file?.bytes())
    await registry.storage.write(path, contentOf(text.replace('"held"', '"deleting"')).bytes)
    expect((await registry.reader.trash())[0]?.heldUntilMs).toBe(Number.MAX_SAFE_INTEGER)
  })

  it('rejects when an entry of the trash cannot be read', async () => {
    const registry = openTestRegistry()
    await registry.storage.write('jetsam/v1/trash/x.json', contentOf('{').bytes)
    await expect(registry.reader.trash()).rejects.toThrow('trash entry x cannot be read')
    expect(await registry.trash.list()).toEqual([])
    expect((await registry.trash.recover()).broken).toEqual(['x'])
  })
})
