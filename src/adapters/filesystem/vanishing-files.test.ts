import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import type { Bytes } from '#storage/bytes.ts'
import type { FileTree } from './file-tree.ts'
import { openTestRegistry, repositoryName } from '#testing/builders/test-registry.ts'
import { createDiskFileTree } from './disk-file-tree.ts'

const app = repositoryName('team/app')
const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })
const index = tinyIndex({ amd64: one })
let root = ''
let storage: FileTree

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'jetsam-vanishing-'))
  storage = await createDiskFileTree({ root, durable: false })
})
afterEach(() => rm(root, { recursive: true }))

it('a file that is opened whole keeps its content, though it is gone', async () => {
  await storage.write('a/b', new Uint8Array([1, 2, 3]))
  const file = await storage.open('a/b', { whole: true })
  await storage.remove('a')
  expect(await file?.bytes()).toEqual(new Uint8Array([1, 2, 3]))
  expect(await storage.open('a/b', { whole: true })).toBeNull()
})

/** Lists of all kinds, by a registry with empty caches. */
const lists = {
  trash: (registry: ReturnType<typeof openTestRegistry>) => registry.trash.list(),
  'bytes in the trash': (registry: ReturnType<typeof openTestRegistry>) =>
    registry.queries.heldBytes(),
  repositories: (registry: ReturnType<typeof openTestRegistry>) => registry.queries.repositories(),
  tags: (registry: ReturnType<typeof openTestRegistry>) => registry.queries.tags(app),
  'tag names': (registry: ReturnType<typeof openTestRegistry>) => registry.catalog.tagNames(app),
  'an image': (registry: ReturnType<typeof openTestRegistry>) =>
    registry.queries.image(app, index.digest),
  origins: (registry: ReturnType<typeof openTestRegistry>) =>
    registry.queries.origins(app, [one.digest, index.digest]),
  'a manifest': (registry: ReturnType<typeof openTestRegistry>) =>
    registry.manifests.readManifest(app, one.digest),
  'the trash for a collection': (registry: ReturnType<typeof openTestRegistry>) =>
    registry.reader.trash(),
}

describe.each(Object.entries(lists))('the list of %s', (_, list) => {
  it('leaves out any file that vanishes while it is made', async () => {
    const first = openTestRegistry({ storage })
    await first.push('team/app', one, 'one')
    await first.push('team/app', index, 'multi')
    await first.push('team/app', two, 'two')
    await first.trashed('team/app', 'two')
    let isOver = false
    for (let nth = 1; !isOver; nth += 1) {
      let opened = 0
      const gone: (readonly [path: string, bytes: Bytes])[] = []
      const vanishing: FileTree = {
        ...storage,
        async open(path, options) {
          const file = await storage.open(path, options)
          opened += file === null ? 0 : 1
          if (file === null || opened !== nth) return file
          gone.push([path, await file.bytes()])
          const found = await storage.open(path, options)
          await storage.remove(path)
          return found
        },
      }
      await list(openTestRegistry({ storage: vanishing }))
      for (const [path, bytes] of gone) await storage.write(path, bytes)
      isOver = opened < nth
    }
  })
})
