import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { tinyImage, tinyIndex, type TinyContent } from '#testing/builders/tiny-image.ts'
import { openTestRegistry, repositoryName } from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const other = repositoryName('other')
const restore = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const

const config = (name: string) =>
  JSON.stringify({ os: 'linux', architecture: name, created: '2026-02-03T04:05:06Z', author: name })
const imageOf = (name: string, ...layers: readonly string[]) =>
  tinyImage({ layers, config: config(name) })
/** The size of several contents, each counted once. */
const sizeOf = (...contents: readonly TinyContent[]) =>
  [...new Map(contents.map(({ digest, bytes }) => [digest, bytes.length])).values()].reduce(
    (sum, bytes) => sum + bytes,
    0,
  )
const one = imageOf('one', 'base layer', 'first')
const two = imageOf('two', 'base layer', 'second one')

async function filled() {
  const registry = openTestRegistry()
  await registry.push('team/app', one, '1.0', 'latest')
  registry.advance(1000)
  await registry.push('team/app', two, '2.0')
  return registry
}

describe('the index', () => {
  it('sums up repositories, each blob once', async () => {
    const registry = await filled()
    await registry.uploads.start(repositoryName('empty'))
    const summaries = await registry.queries.repositories()
    expect(summaries).toEqual([
      {
        name: 'empty',
        tagCount: 0,
        manifestCount: 0,
        sizeBytes: 0,
        lastPushedAtMs: null,
        unreadable: [],
      },
      {
        name: 'team/app',
        tagCount: 3,
        manifestCount: 2,
        sizeBytes: sizeOf(one, two, ...one.blobs, ...two.blobs),
        lastPushedAtMs: registry.clock.nowMs(),
        unreadable: [],
      },
    ])
    expect(await registry.queries.repository(app)).toEqual(summaries[1])
    expect(await registry.queries.repository(repositoryName('nowhere'))).toBeNull()
    expect(await registry.queries.tags(repositoryName('nowhere'))).toBeNull()
  })

  it('tells of each tag what it shows', async () => {
    const registry = await filled()
    const pushedAtMs = registry.clock.nowMs()
    const image = {
      digest: one.digest,
      mediaType: one.mediaType,
      kind: 'image',
      sizeBytes: sizeOf(one, ...one.blobs),
      platforms: [],
      platformDigests: [],
      tags: ['1.0', 'latest'],
      attached: [],
    }
    const tags = await registry.queries.tags(app)
    expect(tags?.slice(0, 1)).toEqual([
      { name: '1.0', digest: one.digest, updatedAtMs: pushedAtMs - 1000, image },
    ])
    expect(tags?.map((tag) => tag.name)).toEqual(['1.0', '2.0', 'latest'])
    expect(tags?.[0]?.image).toBe(tags?.[2]?.image)
    expect(await registry.queries.tags(app)).toBe(tags)
  })

  it('tells platforms and attached artifacts of a multi-architecture image', async () => {
    const registry = await filled()
    const index = tinyIndex({ amd64: one, arm64: two })
    const sbom = tinyImage({ layers: ['sbom'], subject: index, artifactType: 'text/spdx' })
    await registry.push('team/app', index, 'multi')
    await registry.push('team/app', sbom)
    const multi = (await registry.queries.tags(app))?.find((tag) => tag.name === 'multi')
    expect(multi?.image).toMatchObject({
      kind: 'index',
      platforms: [
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm64' },
      ],
      attached: [
        { digest: sbom.digest, artifactType: 'text/spdx', sizeBytes: sizeOf(sbom, ...sbom.blobs) },
      ],
      sizeBytes: sizeOf(index, one, two, sbom, ...one.blobs, ...two.blobs, ...sbom.blobs),
    })
  })

  it('follows every change of ours', async () => {
    const registry = await filled()
    const names = async () => (await registry.queries.tags(app))?.map((tag) => tag.name)
    expect(await names()).toEqual(['1.0', '2.0', 'latest'])
    await registry.push('team/app', two, '1.0')
    expect((await registry.queries.tags(app))?.[0]?.digest).toBe(two.digest)
    const id = await registry.trashed('team/app', '1.0')
    expect(await names()).toEqual(['latest'])
    await registry.trash.restore(id, restore)
    expect(await names()).toEqual(['1.0', '2.0', 'latest'])
    await registry.push('other', one, 'x')
    expect((await registry.queries.repositories()).map(({ name }) => name)).toEqual([
      'other',
      'team/app',
    ])
  })

  it('finds after some time what other software wrote', async () => {
    const storage = createMemoryFileTree()
    const registry = openTestRegistry({ storage })
    const outside = openTestRegistry({ storage })
    await registry.push('team/app', one, '1.0')
    await registry.queries.repositories()
    await outside.push('team/app', two, '2.0')
    await outside.trashed('team/app', '1.0')
    await outside.push('other', one, 'x')
    expect((await registry.queries.tags(app))?.map((tag) => tag.name)).toEqual(['1.0'])
    registry.advance(10_001)
    expect((await registry.queries.tags(app))?.map((tag) => tag.name)).toEqual(['2.0'])
    expect(await registry.queries.repositories()).toHaveLength(2)
    await storage.remove('docker/registry/v2/repositories/other')
    registry.advance(10_001)
    expect(await registry.queries.repositories()).toHaveLength(1)
    expect(await registry.queries.exclusiveBytes(app, [two.digest])).toEqual(
      new Map([[two.digest, sizeOf(two, ...two.blobs)]]),
    )
  })

  it('shows a tag whose manifest is gone as one without an image', async () => {
    const registry = await filled()
    await registry.storage.remove('docker/registry/v2/blobs')
    expect((await registry.queries.tags(app))?.map((tag) => tag.image)).toEqual([null, null, null])
  })
})

describe('exclusive bytes', () => {
  it('are those that no other image in the registry holds', async () => {
    const registry = await filled()
    const own = (image: typeof one) => sizeOf(image, ...image.blobs) - 'base layer'.length
    const bytes = async () => await registry.queries.exclusiveBytes(app, [one.digest, two.digest])
    expect(await bytes()).toEqual(
      new Map([
        [one.digest, own(one)],
        [two.digest, own(two)],
      ]),
    )
    await registry.push('other', two, 'x')
    expect((await bytes()).get(two.digest)).toBe(0)
    await registry.trashed('other', 'x')
    await registry.trashed('team/app', '1.0')
    expect(await bytes()).toEqual(new Map([[two.digest, sizeOf(two, ...two.blobs)]]))
  })

  it('count a whole image unit once', async () => {
    const registry = await filled()
    const index = tinyIndex({ amd64: one, arm64: two })
    await registry.push('team/app', index, 'multi')
    expect((await registry.queries.exclusiveBytes(app, [index.digest])).get(index.digest)).toBe(
      sizeOf(index),
    )
    for (const tag of ['1.0', 'latest', '2.0']) {
      await registry.softDelete('team/app', tag, { extent: 'tag' })
    }
    expect((await registry.queries.exclusiveBytes(app, [index.digest])).get(index.digest)).toBe(
      sizeOf(index, one, two, ...one.blobs, ...two.blobs),
    )
  })
})

describe('details of an image', () => {
  it('tell each layer, and who else holds it', async () => {
    const registry = await filled()
    await registry.push('other', two, 'x')
    const details = await registry.queries.image(app, one.digest)
    const [configuration, base, first] = one.blobs
    expect(details?.layers).toMatchObject([
      { digest: configuration?.digest, kind: 'config', exclusive: true, sharedWith: [] },
      { digest: base?.digest, kind: 'layer', exclusive: false, sharedWithCount: 2 },
      { digest: first?.digest, kind: 'layer', exclusive: true, sizeBytes: 5 },
    ])
    expect(details?.layers[1]?.sharedWith).toEqual([
      { repository: other, digest: two.digest, tags: ['x'] },
      { repository: app, digest: two.digest, tags: ['2.0'] },
    ])
    expect(details).toMatchObject({
      exclusiveBytes: sizeOf(one, ...one.blobs) - 10,
      unit: [{ digest: one.digest, role: 'image' }],
    })
    expect(await registry.queries.image(other, one.digest)).toBeNull()
  })

  it('tell what the configuration says', async () => {
    const registry = await filled()
    const index = tinyIndex({ amd64: one })
    await registry.push('team/app', index)
    const createdAtMs = Date.UTC(2026, 1, 3, 4, 5, 6)
    expect(await registry.queries.origins(app, [one.digest, index.digest])).toEqual(
      new Map([
        [
          one.digest,
          { createdAtMs, author: 'one', platform: { os: 'linux', architecture: 'one' } },
        ],
        [index.digest, { createdAtMs, author: 'one', platform: null }],
      ]),
    )
  })
})
