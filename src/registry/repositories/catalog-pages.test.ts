import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { expect, test } from 'vitest'
import { openTestRegistry, repositoryName, tagName } from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const image = tinyImage({ layers: ['layer'] })
const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => `t${String(from + at).padStart(4, '0')}`)

async function openFilled() {
  const storage = createMemoryFileTree()
  let opened = 0
  const registry = openTestRegistry({
    storage: {
      ...storage,
      open: (path, options) => {
        if (path.endsWith('/current/link')) opened += 1
        return storage.open(path, options)
      },
    },
  })
  for (const tag of numbered(0, 600)) await registry.push('team/app', image, tag)
  opened = 0
  return { registry, opened: () => opened, page: registry.catalog.tagNames }
}

test('a page of tags reads the links of its own tags, and of no other', async () => {
  const { opened, page } = await openFilled()
  expect(await page(app, { after: '', atMost: 3 })).toEqual(numbered(0, 3))
  expect(opened()).toBe(3)
  expect(await page(app, { after: 't0001x', atMost: 2 })).toEqual(numbered(2, 4))
  expect(await page(app, { after: 't0597', atMost: 10 })).toEqual(numbered(598, 600))
  expect(await page(app, { after: 't0599', atMost: 10 })).toEqual([])
  expect(opened()).toBe(3 + 2 + 2)
  expect(await page(app, { after: '', atMost: 0 })).toEqual([])
  expect(await page(app, { after: '', atMost: Infinity })).toEqual(numbered(0, 600))
})

test('a page is full although folders outlive their tags', async () => {
  const { registry, page } = await openFilled()
  for (const tag of numbered(0, 300)) {
    await registry.storage.remove(
      `docker/registry/v2/repositories/team/app/_manifests/tags/${tagName(tag)}/current/link`,
    )
  }
  expect(await page(app, { after: '', atMost: 4 })).toEqual(numbered(300, 304))
})
