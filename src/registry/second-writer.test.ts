import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { objectsOverFiles } from '#adapters/filesystem/objects-over-file-tree.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import { openTestRegistry, repositoryName, tagName } from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })

/** Two registries on one storage with a common clock; each has looked at the storage. */
async function openTwice() {
  let nowMs = Date.UTC(2026, 0, 1)
  const clock = { nowMs: () => nowMs }
  const memory = createMemoryFileTree({ clock })
  const opened: string[] = []
  const storage: FileTree = {
    ...memory,
    open(path, options) {
      opened.push(path)
      return memory.open(path, options)
    },
  }
  const ours = openTestRegistry({ storage, clock })
  const theirs = openTestRegistry({ storage: memory, clock })
  const advance = (ms: number) => (nowMs += ms)
  const looked = async () => {
    advance(60_000)
    await ours.queries.tags(app)
    await theirs.queries.tags(app)
  }
  return { ours, theirs, opened, advance, looked }
}

/** What deletions depend on, even when it was written within one tick of the clock. */
describe.each([0, 1, 5000])('what another writer did %i ms after the last look', (laterMs) => {
  it('keeps the platform of an index that was just pushed', async () => {
    const { ours, theirs, advance, looked } = await openTwice()
    await ours.push('team/app', one)
    await ours.push('team/app', two, '2.0')
    await looked()
    advance(laterMs)
    const index = tinyIndex({ amd64: one })
    await theirs.push('team/app', index, '1.0')
    expect(await ours.softDelete('team/app', one.digest)).toMatchObject({
      refusal: { code: 'MANIFEST_IN_USE', heldBy: [index.digest] },
    })
    expect(await theirs.pulls('team/app', '1.0')).toBe(true)
  })

  it('keeps an image that another tag shows by now', async () => {
    const { ours, theirs, advance, looked } = await openTwice()
    await ours.push('team/app', one, '1.0')
    await ours.push('team/app', two, 'moving')
    await looked()
    advance(laterMs)
    await theirs.push('team/app', one, 'moving')
    expect(await ours.softDelete('team/app', '1.0', { extent: 'tag' })).toMatchObject({
      value: { kind: 'untagged', tags: ['1.0'] },
    })
    expect(await theirs.pulls('team/app', 'moving')).toBe(true)
  })

  it('takes a tag along that shows the deleted image by now, and a signature', async () => {
    const { ours, theirs, advance, looked } = await openTwice()
    await ours.push('team/app', one, '1.0')
    await looked()
    advance(laterMs)
    await theirs.push('team/app', one, 'new')
    const sbom = tinyImage({ layers: ['sbom'], subject: one })
    await theirs.push('team/app', sbom)
    expect(await ours.softDelete('team/app', '1.0')).toMatchObject({
      value: {
        entry: {
          tags: [{ name: '1.0' }, { name: 'new' }],
          manifests: [{}, sbom].map(() => expect.anything()),
        },
      },
    })
    expect(await ours.catalog.tagNames(app)).toEqual([])
  })

  it('lets an image go whose other tag and whose index are gone', async () => {
    const { ours, theirs, advance, looked } = await openTwice()
    const index = tinyIndex({ amd64: one })
    await ours.push('team/app', one, '1.0', 'other')
    await ours.push('team/app', index, 'multi')
    await looked()
    advance(laterMs)
    await theirs.push('team/app', two, 'other')
    await theirs.storage.remove(
      `docker/registry/v2/repositories/team/app/_manifests/revisions/${index.digest.replace(':', '/')}/link`,
    )
    expect(await ours.softDelete('team/app', '1.0', { extent: 'tag' })).toMatchObject({
      value: { kind: 'trashed', entry: { tags: [{ name: '1.0' }] } },
    })
    expect(await theirs.pulls('team/app', 'other')).toBe(true)
  })
})

describe('a tag that another writer moves during its deletion', () => {
  /** Deletes `one` with both of its tags; the other writer acts just before the nth put. */
  async function deleteMeanwhile(nth: number) {
    const clock = { nowMs: () => Date.UTC(2026, 0, 1) }
    const storage = createMemoryFileTree({ clock: { nowMs: () => Date.UTC(2025, 0, 1) } })
    const inner = objectsOverFiles(storage)
    const theirs = openTestRegistry({ storage, clock })
    let puts = -1
    const objects: ObjectStore = {
      ...inner,
      async put(...put) {
        puts += 1
        if (puts === nth) await theirs.push('team/app', two, 'moving')
        return await inner.put(...put)
      },
    }
    const ours = openTestRegistry({ storage, objects, clock })
    for (const image of [one, two]) await theirs.push('team/app', image)
    await theirs.push('team/app', one, '1.0', 'moving')
    await ours.queries.tags(app)
    puts = 0
    const deleted = await ours.softDelete('team/app', '1.0')
    return { ours, theirs, deleted }
  }

  it.each([1, 2])('stays, and is not in the trash: before write %i', async (nth) => {
    const { ours, theirs, deleted } = await deleteMeanwhile(nth)
    expect(deleted).toMatchObject({ value: { entry: { tags: [{ name: '1.0' }] } } })
    expect(await ours.trash.list()).toMatchObject([{ tags: [{ name: '1.0' }] }])
    expect(await theirs.pulls('team/app', 'moving')).toBe(true)
    expect(await ours.pulls('team/app', 'moving')).toBe(true)
    const [entry] = await ours.trash.list()
    const how = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const
    expect(await ours.trash.restore(entry?.id ?? '', how)).toMatchObject({
      value: { tags: ['1.0'] },
    })
    expect(await theirs.pulls('team/app', '1.0')).toBe(true)
  })
})

it('reads the links of all tags only where the image was linked since they were read', async () => {
  const { ours, opened, looked } = await openTwice()
  const tags = Array.from({ length: 300 }, (_, number) => `t${number}`)
  await ours.push('team/app', two, ...tags)
  await ours.push('team/app', one, '1.0')
  await looked()
  opened.length = 0
  expect(await ours.softDelete('team/app', '1.0')).toMatchObject({ value: { kind: 'trashed' } })
  expect(opened.filter((path) => path.includes('/tags/t')).length).toBe(0)
  await ours.push('team/app', one, '1.0')
  opened.length = 0
  expect(await ours.softDelete('team/app', '1.0')).toMatchObject({ value: { kind: 'trashed' } })
  expect(opened.filter((path) => path.includes('/tags/t')).length).toBe(300)
  expect(await ours.catalog.tag(app, tagName('t7'))).toMatchObject({ digest: two.digest })
})
