import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultCollectionPolicy, type CollectionPolicy } from '#domain/policy/collection-policy.ts'
import { runCollection, type Collection } from '#gc/run.ts'
import { blobFolder, layerFolder, revisionFolder, tagHistoryItem } from '#registry/layout.ts'
import { openOnDisk } from '#testing/builders/registry-on-disk.ts'
import { repositoryName, tagName, type TestRegistry } from '#testing/builders/test-registry.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { afterEach, beforeEach, expect, it } from 'vitest'

const app = repositoryName('team/app')
const image = tinyImage({ layers: ['base', 'top'] })
const top = contentOf('top')

let root = ''
let registry: TestRegistry
/** The store has one image, whose trash entry has expired. */
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'jetsam-strange-'))
  registry = await openOnDisk(root, true)
  await registry.push('team/app', image, '1.0')
  await registry.trashed('team/app', '1.0')
})
afterEach(() => rm(root, { recursive: true }))

const collect = (policy: Partial<CollectionPolicy> = {}): Promise<Collection> =>
  runCollection({
    ...registry,
    writers: null,
    pause: () => Promise.resolve(),
    policy: { ...defaultCollectionPolicy, ...policy },
    dryRun: false,
  })
const pathOf = (...names: readonly string[]) => join(root, ...names)
const sizeOfAll = [image, ...image.blobs].reduce((sum, { bytes }) => sum + bytes.length, 0)

it("leaves what else is in a blob's folder, counts the blob, and plans nothing more", async () => {
  await writeFile(pathOf(blobFolder(top.digest), 'stray'), 'stray')
  const { result } = await collect()
  expect(result).toMatchObject({ removed: { bytes: sizeOfAll }, failures: [], skipped: 0 })
  expect(await readdir(pathOf(blobFolder(top.digest)))).toEqual(['stray'])
  const { plan, result: next } = await collect()
  expect(plan?.items.toArray()).toEqual([])
  expect(next).toMatchObject({ removed: { bytes: 0 }, failures: [], skipped: 0 })
})

it("takes along what else is in a link's folder, which would keep its repository", async () => {
  const folders = [
    layerFolder(app, top.digest),
    revisionFolder(app, image.digest),
    tagHistoryItem(app, tagName('1.0'), image.digest),
  ]
  await registry.push('team/app', image, '1.0')
  await registry.push('team/app', tinyImage({ layers: ['other'] }), '1.0')
  for (const folder of folders) await writeFile(pathOf(folder, 'stray'), 'stray')
  const { result } = await collect({ collectUntagged: true, untaggedMinimumAgeHours: 1 })
  expect(result).toMatchObject({
    removed: { layers: 2, manifests: 1 },
    failures: [],
    skipped: 0,
  })
  for (const folder of folders) await expect(readdir(pathOf(folder))).rejects.toThrow('ENOENT')
  const { plan } = await collect()
  expect(plan?.items.toArray()).toEqual([])
  expect(plan?.faults).toEqual([])
})

it("removes a symbolic link in place of a link's folder, but nothing behind it", async () => {
  const elsewhere = pathOf('elsewhere')
  await mkdir(elsewhere)
  await rename(pathOf(layerFolder(app, top.digest)), join(elsewhere, 'layer'))
  await symlink(join(elsewhere, 'layer'), pathOf(layerFolder(app, top.digest)))
  const { result } = await collect()
  expect(result).toMatchObject({ removed: { bytes: sizeOfAll }, failures: [], skipped: 0 })
  expect(await readdir(join(elsewhere, 'layer'))).toEqual(['link'])
  const { plan } = await collect()
  expect(plan?.items.toArray()).toEqual([])
})
