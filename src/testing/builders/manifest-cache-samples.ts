import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import type { Digest } from '#domain/values/digest.ts'
import { tinyImage, tinyIndex } from './tiny-image.ts'
import { collect, collectAct } from '../histories/history-collections.ts'
import { manifestCacheFile, revisionLink, tagFolder } from '#registry/layout.ts'
import type { Bytes } from '#storage/bytes.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import { openTestRegistry, repositoryName, tagName, type TestRegistry } from './test-registry.ts'

const images = ['a b', 'b c', 'c d', 'd e'].map((layers) =>
  tinyImage({ layers: layers.split(' '), config: layers }),
)
export const platforms = {
  amd64: tinyImage({ layers: ['x'] }),
  arm64: tinyImage({ layers: ['y'] }),
}
export const index = tinyIndex(platforms)
export const manifests = [...images, index]

export const clock = { nowMs: () => Date.UTC(2026, 0, 1) }
/** One image is deleted by other software, and one has lost its tag. */
export async function filled(): Promise<FileTree> {
  const storage = createMemoryFileTree({ clock })
  const registry = openTestRegistry({ storage, clock })
  for (const [number, image] of images.entries()) {
    await registry.push(number % 2 === 0 ? 'team/app' : 'team/web', image, `v${number}`)
  }
  for (const platform of Object.values(platforms)) await registry.push('team/multi', platform)
  await registry.push('team/multi', index, 'latest')
  const [deleted, untagged] = images
  if (!deleted || !untagged) throw new Error('the images to change are missing')
  await storage.remove(revisionLink(repositoryName('team/app'), deleted.digest))
  for (const [name, tag] of [
    ['team/app', 'v0'],
    ['team/web', 'v1'],
  ] as const) {
    await storage.remove(tagFolder(repositoryName(name), tagName(tag)))
  }
  return storage
}

/** @param writerVersion the build that writes the cache; null: there is no cache */
export const open = (storage: FileTree, writerVersion: string | null): TestRegistry => {
  let ms = clock.nowMs()
  return openTestRegistry({
    storage,
    clock: { nowMs: () => (ms += 1000) },
    ...(writerVersion === null ? {} : { manifestCache: { writerVersion, persist: true } }),
  })
}

/** What a collection would do, and what it could not read. */
export async function planned(registry: TestRegistry) {
  const act = collectAct({ how: 'dry', untaggedHours: 0 })
  const { plan } = await collect(act, registry, { dryRun: true })
  return { items: plan?.items.toArray(), faults: plan?.faults, storedBytes: plan?.storedBytes }
}

export async function cacheFileOf(storage: FileTree): Promise<Bytes | null> {
  const file = await storage.open(manifestCacheFile)
  return file && (await file.bytes())
}

export const digestAt = (position: number): Digest => manifests[position]?.digest ?? index.digest

/** The paths of manifests that a plan has read. */
export function reading(storage: FileTree) {
  const read: string[] = []
  const watched: FileTree = {
    ...storage,
    open(path, options) {
      if (options?.whole && path.endsWith('/data')) read.push(path)
      return storage.open(path, options)
    },
  }
  return { read, watched }
}
