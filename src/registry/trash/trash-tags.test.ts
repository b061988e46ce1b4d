import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { collect, collectAct } from '#testing/histories/history-collections.ts'
import {
  filesOf,
  openTestRegistry,
  repositoryName,
  tagName,
  type TestRegistry,
} from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const hourMs = 3_600_000
const restore = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const
const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })

/** Deletes tags one by one, a second apart, as clients do that delete by tag. */
async function deleteTags(registry: TestRegistry, ...tags: readonly string[]) {
  const ids: string[] = []
  for (const tag of tags) {
    registry.advance(1000)
    const deleted = await registry.softDelete('team/app', tag, {
      extent: 'tag',
      retentionMs: hourMs,
    })
    ids.push((deleted.ok && deleted.value.entry?.id) || 'none')
  }
  return ids
}

const tags = (registry: TestRegistry) => registry.catalog.tagNames(app)

describe('tags deleted one by one', () => {
  it('are each in the trash, and come back while the image is there', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, 'a', 'b', 'c')
    const [a, b] = await deleteTags(registry, 'a', 'b')
    expect(await registry.trash.list()).toMatchObject([
      { id: b, manifests: [], tags: [{ name: 'b', digest: one.digest }], digest: one.digest },
      { id: a, manifests: [], tags: [{ name: 'a', digest: one.digest }], deletedBy: 'alice' },
    ])
    expect(await registry.queries.heldBytes()).toEqual(
      new Map([
        [a, 0],
        [b, 0],
      ]),
    )
    expect(await registry.trash.restore(a ?? '', restore)).toMatchObject({
      value: { digest: one.digest, tags: ['a'] },
    })
    expect(await tags(registry)).toEqual(['a', 'c'])
    expect(await registry.trash.list()).toMatchObject([{ id: b }])
    expect(await registry.pulls('team/app', 'a')).toBe(true)
  })

  it('come back with the image, all or those that are asked for', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, 'a', 'b', 'c')
    const [a, b, image] = await deleteTags(registry, 'a', 'b', 'c')
    expect(await registry.trash.list()).toMatchObject([
      { id: image, tags: [{ name: 'c' }], earlierTags: ['b', 'a'].toSorted(), manifests: [{}] },
    ])
    expect(await registry.trash.restore(a ?? '', restore)).toMatchObject({
      refusal: { code: 'IMAGE_MISSING', message: expect.stringContaining('in the trash') },
    })
    const onlyB = { ...restore, tags: new Map([[tagName('a'), null]]) }
    expect(await registry.trash.restore(image ?? '', onlyB)).toMatchObject({ ok: true })
    expect(await tags(registry)).toEqual(['b', 'c'])
    expect(await registry.trash.list()).toMatchObject([{ id: a }])
    expect(await registry.trash.get(b ?? '')).toBeNull()
  })

  it('stay in the trash where only the last deletion is taken back', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, 'a', 'b', 'c')
    const [a, b, image] = await deleteTags(registry, 'a', 'b', 'c')
    const how = { ...restore, withoutEarlierTags: true }
    expect(await registry.trash.restore(image ?? '', how)).toMatchObject({
      value: { tags: ['c'] },
    })
    expect(await registry.trash.list()).toMatchObject([{ id: b }, { id: a }])
    expect(await registry.trash.restore(b ?? '', restore)).toMatchObject({ ok: true })
    expect(await tags(registry)).toEqual(['b', 'c'])
  })

  it('are no reason to move a tag that shows another image by now', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, 'a', 'b')
    const [a, image] = await deleteTags(registry, 'a', 'b')
    await registry.push('team/app', two, 'a')
    expect(await registry.trash.restore(image ?? '', restore)).toMatchObject({
      refusal: { code: 'TAG_EXISTS', conflicts: [{ name: 'a', digest: two.digest }] },
    })
    const skipping = { ...restore, onConflict: 'skip-tags' } as const
    expect(await registry.trash.restore(image ?? '', skipping)).toMatchObject({
      value: { tags: ['b'] },
    })
    expect((await registry.catalog.tag(app, tagName('a')))?.digest).toBe(two.digest)
    expect(await registry.trash.list()).toMatchObject([{ id: a }])
  })

  it('of an image that an index holds are kept as well', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, 'x', 'y')
    await registry.push('team/app', tinyIndex({ amd64: one }), 'multi')
    expect(await registry.softDelete('team/app', one.digest, { retentionMs: 1 })).toMatchObject({
      value: { kind: 'untagged', entry: { tags: [{ name: 'x' }, { name: 'y' }], manifests: [] } },
    })
    const [entry] = await registry.trash.list()
    expect(await registry.trash.restore(entry?.id ?? '', restore)).toMatchObject({ ok: true })
    expect(await tags(registry)).toEqual(['multi', 'x', 'y'])
  })

  it('are over when the tag is given back otherwise', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, 'a', 'b')
    await deleteTags(registry, 'a')
    await registry.trash.tagIsBack(app, tagName('a'), two.digest)
    expect(await registry.trash.list()).toHaveLength(1)
    await registry.trash.tagIsBack(app, tagName('a'), one.digest)
    expect(await registry.trash.list()).toEqual([])
  })
})

describe('a collection', () => {
  it('takes tags when their time is up, and frees nothing by it', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, 'a', 'b')
    const [a] = await deleteTags(registry, 'a')
    await collect(collectAct(), registry)
    expect(await registry.trash.get(a ?? '')).not.toBeNull()
    registry.advance(2 * hourMs)
    const { result } = await collect(collectAct(), registry)
    expect(result.removed.bytes).toBe(0)
    expect(await registry.trash.list()).toEqual([])
    expect(await registry.pulls('team/app', 'b')).toBe(true)
  })

  it('keeps tags as long as their image, and takes them with it', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, 'a', 'b')
    const [a] = await deleteTags(registry, 'a')
    registry.advance(hourMs / 2)
    const [image] = await deleteTags(registry, 'b')
    registry.advance(hourMs * 0.75)
    await collect(collectAct(), registry)
    expect(await registry.trash.list()).toMatchObject([{ id: image, earlierTags: ['a'] }])
    await registry.trash.deleteForever(image ?? '')
    await collect(collectAct(), registry)
    expect(await registry.trash.get(a ?? '')).toBeNull()
    expect(await registry.trash.list()).toEqual([])
  })
})

it('nothing but deleted tags keeps no repository', async () => {
  const storage = createMemoryFileTree()
  const registry = openTestRegistry({ storage })
  await registry.push('team/app', one, 'a', 'b')
  await deleteTags(registry, 'a')
  for (const part of ['_manifests', '_layers', '_uploads']) {
    await storage.remove(`docker/registry/v2/repositories/team/app/${part}`)
  }
  await storage.write('docker/registry/v2/repositories/team/app/_layers/x', new Uint8Array())
  await storage.remove('docker/registry/v2/repositories/team/app/_layers/x')
  expect(await registry.removeRepository(app)).toMatchObject({ ok: true })
  expect([...(await filesOf(storage)).keys()].filter((path) => path.includes('trash'))).toEqual([])
})
