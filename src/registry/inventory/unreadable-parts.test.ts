import { describe, expect, it } from 'vitest'
import { verifyStore } from '#gc/verify/verify.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import {
  blobFile,
  repositoriesFolder,
  repositoryFolder,
  blobFolder,
  revisionLink,
  revisionsFolder,
  tagLink,
  tagsFolder,
  trashFolder,
} from '../layout.ts'
import { StoreError } from '#storage/errors.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import {
  filesOf,
  openTestRegistry,
  repositoryName,
  tagName,
} from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })
const other = tinyImage({ layers: ['base', 'other'] })
const index = tinyIndex({ amd64: one, arm64: two })

const restore = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const

/**
 * A registry with an index of two platforms and another image; the caller names parts that may not
 * be read.
 */
async function openWithRights() {
  const memory = createMemoryFileTree()
  const denied = new Set<string>()
  const isDenied = (path: string) =>
    [...denied].some((part) => path === part || path.startsWith(`${part}/`))
  const allow = (path: string) => {
    if (isDenied(path)) throw new StoreError('DENIED', path)
  }
  const storage: FileTree = {
    ...memory,
    async open(path, options) {
      const folder = path.slice(0, path.lastIndexOf('/'))
      allow(folder)
      const file = await memory.open(path, options)
      if (file === null || !isDenied(path)) return file
      // FileTree shows the file, and refuses only to read its bytes.
      const bytes = () => Promise.reject(new StoreError('DENIED', path))
      return {
        sizeBytes: file.sizeBytes,
        modifiedAtMs: file.modifiedAtMs,
        bytes,
        stream: file.stream,
      }
    },
    async list(path) {
      allow(path)
      return await memory.list(path)
    },
    async write(path, body, options) {
      allow(path.slice(0, path.lastIndexOf('/')))
      return await memory.write(path, body, options)
    },
  }
  const open = () => openTestRegistry({ storage })
  const registry = open()
  for (const image of [one, two]) await registry.push('team/app', image)
  await registry.push('team/app', index, '1.0', 'latest')
  await registry.push('team/app', other, 'other')
  const state = async () => Object.fromEntries(await filesOf(memory))
  return { registry, open, denied, state }
}

const parts = {
  'its manifest': blobFile(index.digest),
  'the folder of its manifest': blobFolder(index.digest),
  'a platform of it': blobFile(two.digest),
  'a manifest that may list it': blobFile(other.digest),
  'the link of its tag': tagLink(app, tagName('1.0')),
  'the link of another tag': tagLink(app, tagName('other')),
  'its link in the repository': revisionLink(app, index.digest).replace(/\/link$/, ''),
  'the tags of the repository': tagsFolder(app),
  'the manifests of the repository': revisionsFolder(app, 'sha256'),
} as const

describe.each(Object.entries(parts))('where %s may not be read', (_, part) => {
  // The contents of a known manifest never change, so it need not be read again.
  const isKnowable = part === blobFile(other.digest)
  it.each(isKnowable ? ['not known yet'] : ['known', 'not known yet'])(
    'a deletion changes nothing (manifests are %s)',
    async (known) => {
      const { registry: first, open, denied, state } = await openWithRights()
      const registry = known === 'known' ? first : open()
      if (known === 'known') await registry.queries.tags(app)
      const before = await state()
      denied.add(part)
      // Contents that were read before never change under their digest: only tags may show
      // something new.
      for (const reference of ['1.0', index.digest]) {
        await expect(registry.softDelete('team/app', reference)).rejects.toMatchObject({
          code: 'DENIED',
        })
        expect(await state()).toEqual(before)
      }
      denied.clear()
      expect(await registry.softDelete('team/app', '1.0')).toMatchObject({
        value: { kind: 'trashed', entry: { manifests: { length: 3 }, tags: { length: 2 } } },
      })
    },
  )
})

it.each(['its manifest', 'a platform of it', 'the folder of its manifest'] as const)(
  'a restoration changes nothing where %s may not be read',
  async (part) => {
    const { registry, denied, state } = await openWithRights()
    const id = await registry.trashed('team/app', '1.0')
    const before = await state()
    denied.add(parts[part])
    await expect(registry.trash.restore(id, restore)).rejects.toMatchObject({ code: 'DENIED' })
    expect(await state()).toEqual(before)
    denied.clear()
    expect(await registry.trash.restore(id, restore)).toMatchObject({ ok: true })
    expect(await registry.pulls('team/app', 'latest')).toBe(true)
  },
)

it('a deletion changes nothing where the trash may not be written', async () => {
  const { registry, denied, state } = await openWithRights()
  const before = await state()
  denied.add(trashFolder)
  await expect(registry.softDelete('team/app', '1.0')).rejects.toMatchObject({ code: 'DENIED' })
  expect(await state()).toEqual(before)
  denied.clear()
  expect(await registry.softDelete('team/app', '1.0')).toMatchObject({ value: { kind: 'trashed' } })
})

describe('what may not be read is never taken for empty', () => {
  const goodApp = repositoryName('good/app')

  async function openTwo() {
    const world = await openWithRights()
    await world.registry.push('good/app', other, '1')
    const registry = world.open()
    return { ...world, registry }
  }

  it.each([
    [tagsFolder(app), 'its tags', 0],
    [revisionsFolder(app, 'sha256'), 'its manifests', 3],
    [tagLink(app, tagName('1.0')), 'tag 1.0', 3],
    [blobFile(two.digest), `manifest ${two.digest}`, 3],
  ])('%s: it is named, and the rest is there', async (part, named, tagCount) => {
    const { registry, denied } = await openTwo()
    denied.add(part)
    const [good, bad] = await registry.queries.repositories()
    expect(good).toMatchObject({ name: goodApp, tagCount: 1, unreadable: [] })
    expect(bad).toMatchObject({ name: app, tagCount, unreadable: [named] })
    // When the tags cannot be listed at all, no list is better than an empty one.
    if (named === 'its tags') {
      await expect(registry.queries.tags(app)).rejects.toMatchObject({ code: 'DENIED' })
    } else expect((await registry.queries.tags(app))?.length).toBe(tagCount)
    denied.clear()
    registry.advance(60_000)
    const [, mended] = await registry.queries.repositories()
    expect(mended).toMatchObject({ tagCount: 3, manifestCount: 4, unreadable: [] })
  })

  it('a repository all of which may not be read is listed', async () => {
    const { registry, denied } = await openTwo()
    denied.add(repositoryFolder(app))
    expect(await registry.catalog.repositories()).toEqual([goodApp, app])
    expect(await registry.queries.repositories()).toMatchObject([
      { name: goodApp, unreadable: [] },
      { name: app, unreadable: ['its manifests', 'its tags'] },
    ])
  })

  it('nor is what was known of it forgotten', async () => {
    const { registry, denied } = await openTwo()
    await registry.queries.repositories()
    denied.add(tagsFolder(app))
    registry.advance(60_000)
    const [, bad] = await registry.queries.repositories()
    expect(bad).toMatchObject({ tagCount: 3, unreadable: ['its tags'] })
  })

  it('no list of repositories is made up', async () => {
    const { registry, denied } = await openTwo()
    denied.add(repositoriesFolder)
    await expect(registry.catalog.repositories()).rejects.toMatchObject({ code: 'DENIED' })
    await expect(registry.queries.repositories()).rejects.toMatchObject({ code: 'DENIED' })
  })

  it('a verification tells of tags that nobody has looked at', async () => {
    const { registry, denied } = await openTwo()
    const verify = () =>
      verifyStore({
        reader: registry.reader,
        clock: registry.clock,
        pause: () => Promise.resolve(),
      })
    expect(await verify()).toEqual({ tags: 4, wholeTags: 4, broken: [] })
    denied.add(tagsFolder(app))
    expect(await verify()).toEqual({
      tags: 1,
      wholeTags: 1,
      broken: [],
      unread: [{ repository: app, reason: `${tagsFolder(app)} cannot be read` }],
    })
  })
})
