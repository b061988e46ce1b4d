import { allKnown, whenKnown } from '#domain/values/awaitable.ts'
import type { RegistryReader, RepositoryContents } from '#gc/ports/registry-reader.ts'
import { digestAlgorithms, digestOf, isDigest, parseDigest } from '#domain/values/digest.ts'
import {
  createDigestPacker,
  packDigests,
  unpackDigests,
  type PackedDigests,
} from '#domain/values/packed-digests.ts'
import { parseRepositoryName } from '#domain/values/repository-name.ts'
import { createCheckedManifests } from './checked-manifests.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { blobFile, blobsFolder, layerLink, repositoriesFolder, revisionLink } from '../layout.ts'
import { listStable } from '#storage/stable-list.ts'
import { noFolder } from './not-a-folder.ts'
import { readRepositoryContents } from './repository-contents.ts'
import { walkRepositoryFolders, type FoundFolder } from '../repositories/repository-walk.ts'
import type { StorageReader } from '#storage/storage.ts'

/**
 * The single reads of an inventory. Arguments and results are plain data, and no read depends on
 * another, so any thread can do any of them.
 */
export interface StoreScanner extends Pick<RegistryReader, 'manifests' | 'stat' | 'linkedAtMs'> {
  /** The folders of blobs, by algorithm and the first two digits: `sha256/0f`. */
  blobFolders(): Promise<readonly string[]>
  blobsIn(folder: string): Promise<PackedDigests>
  repositoryFolders(): Promise<readonly FoundFolder[]>
  contentsOf(folder: FoundFolder): Promise<RepositoryContents>
}

/**
 * Rejects if the folder, or one above it, is something else, such as a symbolic link to it: the
 * folder would look empty. Resolves to whether the folder exists.
 */
export async function assertNoSymlinks(storage: StorageReader, folder: string): Promise<boolean> {
  const parts = folder.split('/')
  for (const [position, name] of parts.entries()) {
    const entries = await storage.list(parts.slice(0, position).join('/'))
    const kind = entries.find((entry) => entry.name === name)?.kind
    if (kind === undefined) return false
    if (kind === 'folder') continue
    const path = parts.slice(0, position + 1).join('/')
    throw new Error(`${path} ${noFolder[kind]}: put the folder itself there`)
  }
  return true
}

/**
 * Rejects if there are blobs but no folder of repositories. No registry ever removes that folder:
 * it was moved away or is not mounted, and everything that the repositories need would look like
 * garbage.
 */
async function refuseBlobs(storage: StorageReader): Promise<void> {
  for (const algorithm of digestAlgorithms) {
    if ((await storage.list(blobsFolder(algorithm))).length === 0) continue
    throw new Error(
      `there are blobs, and the folder ${repositoriesFolder} is gone: put it back, or make an empty one if all images may go`,
    )
  }
}

const hiddenFolder = (name: string, reason: string): RepositoryContents => ({
  name: name || 'repositories',
  tags: [],
  revisions: packDigests([]),
  layers: packDigests([]),
  uploads: [],
  faults: [{ repository: name, reason, hidesContent: true, hidesLayers: true }],
})

export function createStoreScanner(
  storage: StorageReader,
  createDigester: CreateDigester,
): StoreScanner {
  return {
    manifests: createCheckedManifests(storage, createDigester),

    async blobFolders() {
      const folders: string[] = []
      for (const algorithm of digestAlgorithms) {
        await assertNoSymlinks(storage, blobsFolder(algorithm))
        for (const { name, kind } of await storage.list(blobsFolder(algorithm))) {
          if (kind === 'folder') folders.push(`${algorithm}/${name}`)
        }
      }
      return folders
    },

    async blobsIn(folder) {
      const algorithm = digestAlgorithms.find((known) => folder.startsWith(`${known}/`)) ?? 'sha256'
      const prefix = folder.slice(algorithm.length + 1)
      const entries = await storage.list(`${blobsFolder(algorithm)}/${prefix}`)
      const blobs = createDigestPacker(entries.length)
      for (const { name, kind } of entries) {
        if (kind !== 'folder' || !name.startsWith(prefix)) continue
        if (algorithm === 'sha256') blobs.pushHex(name)
        else if (isDigest(digestOf(algorithm, name))) blobs.push(digestOf(algorithm, name))
      }
      return blobs.packed()
    },

    async repositoryFolders() {
      if (!(await assertNoSymlinks(storage, repositoriesFolder))) await refuseBlobs(storage)
      const folders: FoundFolder[] = []
      const stable = { list: (path: string) => listStable(storage, path) }
      for await (const folder of walkRepositoryFolders(stable)) folders.push(folder)
      return folders
    },

    async contentsOf(folder) {
      if (folder.kind === 'hidden') return hiddenFolder(folder.name, folder.reason)
      const contents = await readRepositoryContents(storage, folder.name)
      if (folder.kind === 'repository') return contents
      const fault = {
        repository: folder.name,
        reason: 'the folder is not named like a repository; move it away if nobody needs it',
        hidesContent: true,
      }
      return { ...contents, faults: [...contents.faults, fault] }
    },

    stat(digests) {
      const found = unpackDigests(digests).map((digest) =>
        storage.open(blobFile(digest), { folderSeen: true }),
      )
      return whenKnown(allKnown(found), (files) =>
        Float64Array.from(files, (file) => file?.sizeBytes ?? -1),
      )
    },

    async linkedAtMs(repository, digest) {
      const name = parseRepositoryName(repository)
      const parsed = parseDigest(digest)
      if (!name.ok || !parsed.ok) return null
      const links = [revisionLink(name.value, parsed.value), layerLink(name.value, parsed.value)]
      const files = await Promise.all(links.map(async (link) => await storage.open(link)))
      const times = files.flatMap((file) => (file === null ? [] : [file.modifiedAtMs]))
      return times.length === 0 ? null : Math.max(...times)
    },
  }
}
