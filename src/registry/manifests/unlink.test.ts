import { heldAlone } from '#adapters/memory/coordination/memory-repository-lock.ts'
import { describe, expect, it } from 'vitest'
import { createMemoryObjectStore } from '#adapters/memory/memory-object-store.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { mediaTypes } from '#domain/values/media-type.ts'
import { countingStore } from '#storage/wrappers/counting-store.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import { repositoryName, tagName } from '#testing/builders/test-registry.ts'
import { contentOf } from '#testing/builders/tiny-image.ts'
import {
  revisionFolder,
  revisionLink,
  tagFolder,
  tagHistoryLink,
  tagLink,
  tagsFolder,
} from '../layout.ts'
import { writeLink } from '../tags/link.ts'
import { linkTag } from '../tags/tag-links.ts'
import { unlink } from './unlink.ts'

const app = repositoryName('team/app')
const tag = tagName('1.0')
const [first, second, third] = ['one', 'two', 'three'].map((text) => contentOf(text).digest)
if (!first || !second || !third) throw new Error('three digests')

const image = (digest: typeof first) => ({ digest, mediaType: mediaTypes.ociImage })
const index = (digest: typeof first) => ({ digest, mediaType: mediaTypes.ociIndex })

function open() {
  const storage = createMemoryFileTree()
  const objects = createMemoryObjectStore(storage)
  const places = async () => [...storage.files()].map(([path]) => path)
  const has = (folder: string) => {
    const { folder: above, name } = /^(?<folder>.*)\/(?<name>[^/]+)$/.exec(folder)?.groups ?? {}
    return [...storage.reads.list(above ?? '')].some((entry) => entry.name === name)
  }
  return { objects, places, has }
}

/** A store with an act just before one kind of its calls. */
const before = (
  inner: ObjectStore,
  call: 'pruneMany' | 'deleteMany',
  act: () => Promise<unknown>,
): ObjectStore => ({
  ...inner,
  [call]: async (...args: readonly [never]) => {
    await act()
    return await inner[call](...args)
  },
})

describe('unlinking', () => {
  it('removes tags, their histories and manifests, with their folders', async () => {
    const { objects, places, has } = open()
    await linkTag(objects, heldAlone, app, tag, second)
    await linkTag(objects, heldAlone, app, tag, first)
    const digest = first
    await unlink(objects, heldAlone, app, {
      tags: [{ name: tag, digest }],
      manifests: [image(digest)],
    })
    expect(await places()).toEqual([revisionLink(app, second)])
    expect(has(tagFolder(app, tag))).toBe(false)
    expect(has(revisionFolder(app, digest))).toBe(false)
    // Nothing is left to do, and that is no error.
    await unlink(objects, heldAlone, app, {
      tags: [{ name: tag, digest }],
      manifests: [image(digest)],
    })
  })

  it('takes few calls, however many tags and manifests there are', async () => {
    const { objects } = open()
    const { store, take } = countingStore(objects)
    const tags = Array.from({ length: 20 }, (_, number) => tagName(`t${number}`))
    for (const name of tags) await linkTag(objects, heldAlone, app, name, first)
    const named = tags.map((name) => ({ name, digest: first }))
    await unlink(store, heldAlone, app, {
      tags: named,
      manifests: [first, second, third].map(image),
    })
    expect(Object.fromEntries(take())).toEqual({
      deleteMany: { calls: 2, keys: 43 },
      pruneMany: { calls: 1, keys: 23 },
    })
  })

  it('removes a tag before its manifest, and an index before what it lists', async () => {
    const { objects } = open()
    const calls: string[][] = []
    const store: ObjectStore = {
      ...objects,
      deleteMany: async (keys, how) => (calls.push([...keys]), objects.deleteMany(keys, how)),
    }
    await unlink(store, heldAlone, app, {
      tags: [{ name: tag, digest: first }],
      manifests: [index(first), image(second), { digest: third, mediaType: 'unknown' }],
    })
    expect(calls).toEqual([
      [tagLink(app, tag), tagHistoryLink(app, tag, first)],
      [revisionLink(app, first)],
      [revisionLink(app, second), revisionLink(app, third)],
    ])
  })

  it('removes what else is in their folders, as no link without a manifest may stay', async () => {
    const { objects, places, has } = open()
    await linkTag(objects, heldAlone, app, tag, first)
    const strange = [
      `${revisionFolder(app, first)}/signatures/sha256/0a/link`,
      `${revisionFolder(app, first)}/.DS_Store`,
      `${tagFolder(app, tag)}/current/.DS_Store`,
    ]
    for (const key of strange) await objects.put(key, new Uint8Array(1))
    await unlink(objects, heldAlone, app, {
      tags: [{ name: tag, digest: first }],
      manifests: [image(first)],
    })
    expect(await places()).toEqual([])
    expect(has(revisionFolder(app, first))).toBe(false)
  })

  it('keeps what another writer links again during it', async () => {
    const { objects, places } = open()
    await linkTag(objects, heldAlone, app, tag, second)
    await linkTag(objects, heldAlone, app, tag, first)
    const pushAgain = () => linkTag(objects, heldAlone, app, tag, first)
    await unlink(before(objects, 'pruneMany', pushAgain), heldAlone, app, {
      tags: [{ name: tag, digest: first }],
      manifests: [image(first)],
    })
    expect(await places()).toEqual(
      expect.arrayContaining([tagLink(app, tag), revisionLink(app, first)]),
    )
  })

  it('leaves other tags alone', async () => {
    const { objects, places } = open()
    await linkTag(objects, heldAlone, app, tagName('1.0-rc'), first)
    await writeLink(objects, `${tagsFolder(app)}/file`, first)
    await linkTag(objects, heldAlone, app, tag, first)
    await unlink(objects, heldAlone, app, { tags: [{ name: tag, digest: first }], manifests: [] })
    const left = (await places()).filter((place) => place.startsWith(tagsFolder(app)))
    expect(left.toSorted()).toEqual([
      tagLink(app, tagName('1.0-rc')),
      tagHistoryLink(app, tagName('1.0-rc'), first),
      `${tagsFolder(app)}/file`,
    ])
  })

  it('rejects where a link may still exist', async () => {
    const { objects } = open()
    const failed = { kind: 'failed', code: 'DENIED', reason: 'a test' } as const
    const store: ObjectStore = { ...objects, deleteMany: async (keys) => keys.map(() => failed) }
    const tags = [{ name: tag, digest: first }]
    await expect(unlink(store, heldAlone, app, { tags, manifests: [] })).rejects.toMatchObject({
      code: 'DENIED',
      key: tagLink(app, tag),
    })
    await expect(
      unlink(store, heldAlone, app, { tags: [], manifests: [image(first)] }),
    ).rejects.toMatchObject({ code: 'DENIED', key: revisionLink(app, first) })
  })
})
