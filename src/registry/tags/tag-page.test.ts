import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { createMemoryObjectStore } from '#adapters/memory/memory-object-store.ts'
import { repositoryName } from '#testing/builders/test-registry.ts'
import { tagLink, tagsFolder } from '../layout.ts'
import type { Listed, ObjectReader } from '#storage/object-store.ts'
import { readTagPage } from './tag-page.ts'

const app = repositoryName('team/app')
const clock = { nowMs: () => 0 }

/** Few characters, so that many names continue others by what sorts before the `/` of a folder. */
const tags = fc
  .stringMatching(/^[1ab_][1ab._-]{0,5}$/)
  .map((name) => name as TagName)
  .filter((name) => parseTagName(name).ok)

const inPagesOf = (size: number, objects: ObjectReader): ObjectReader => ({
  ...objects,
  async *list(prefix, options) {
    const all: Listed[] = []
    for await (const page of objects.list(prefix, options)) all.push(...page)
    for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size)
  },
})

test('a page has the next tags in the order of their names, however storage lists them', async () => {
  const cases = fc.record({
    present: fc.uniqueArray(tags, { maxLength: 30 }),
    withoutLink: fc.uniqueArray(tags, { maxLength: 10 }),
    after: fc.oneof(fc.constant(''), tags, fc.string({ unit: 'binary', maxLength: 4 })),
    atMost: fc.integer({ min: 0, max: 12 }),
    pageSize: fc.integer({ min: 1, max: 8 }),
  })
  await fc.assert(
    fc.asyncProperty(cases, async ({ present, withoutLink, after, atMost, pageSize }) => {
      const files = createMemoryFileTree({ clock })
      const objects = createMemoryObjectStore(files)
      for (const tag of present) await objects.put(tagLink(app, tag), new Uint8Array())
      for (const tag of withoutLink) {
        await objects.put(`${tagsFolder(app)}/${tag}/index/left`, new Uint8Array())
      }
      const page = await readTagPage(inPagesOf(pageSize, objects), app, { after, atMost })
      const expected = present.toSorted((a, b) => (a < b ? -1 : 1)).filter((name) => name > after)
      expect(page.names).toEqual(expected.slice(0, atMost))
    }),
  )
})

test('a page lists no more than it needs', async () => {
  const objects = createMemoryObjectStore(createMemoryFileTree({ clock }))
  const names = Array.from(
    { length: 20 },
    (_, at) => `v1.${String(at).padStart(2, '0')}` as TagName,
  )
  for (const tag of names) await objects.put(tagLink(app, tag), new Uint8Array())
  const page = await readTagPage(inPagesOf(5, objects), app, { after: 'v1.09', atMost: 3 })
  expect(page).toEqual({ names: names.slice(10, 13), listedCount: 5 })
})
