import { whenKnown, type Awaitable } from '#domain/awaitable.ts'
import type { ManifestReading, RegistryReader, RepositoryContents } from '#collector/ports.ts'
import { digestOf, isDigest, parseDigest, splitDigest, type Digest } from '#domain/digest.ts'
import { parseRepositoryName } from '#domain/repository-name.ts'
import type { CreateDigester } from './digester.ts'
import { blobFile, blobsFolder, layerLink, repositoriesFolder, revisionLink } from './layout.ts'
import { createRecall, whenRecalled, type ManifestOrigin } from './manifest-memory.ts'
import { listTwice } from './list-twice.ts'
import { readManifest, understood } from './manifest-reading.ts'
import type { RememberedManifest } from './remembered-manifests.ts'
import { readRepositoryContents } from './repository-contents.ts'
import { walkRepositories, type FoundFolder } from './repository-walk.ts'
import type { Bytes, StorageReader, StoredFile } from './storage.ts'

/**
 * The single reads that an inventory is made of. What goes in and comes out is plain data, and no
 * read needs to know of another, so that any thread can do any of them.
 */
export interface InventoryReads extends Pick<RegistryReader, 'blob' | 'linkedAtMs'> {
  manifest(digest: Digest, wasListed: boolean): Awaitable<InventoryReading>
  /** The folders that blobs lie in, by the first two digits of their digests. */
  blobFolders(): Promise<readonly string[]>
  blobsIn(folder: string): Promise<readonly Digest[]>
  repositoryFolders(): Promise<readonly FoundFolder[]>
  contentsOf(folder: FoundFolder): Promise<RepositoryContents>
}

/** Beside a manifest where it came from, if it can be remembered. */
export type InventoryReading =
  | (Extract<ManifestReading, { kind: 'manifest' }> & { readonly origin?: ManifestOrigin })
  | Exclude<ManifestReading, { kind: 'manifest' }>

/** Rejects where a symbolic link leads to a folder: it would look as if nothing were in it. */
export async function refuseLinks(storage: StorageReader, folder: string): Promise<void> {
  const parts = folder.split('/')
  for (const [position, name] of parts.entries()) {
    const entries = await storage.list(parts.slice(0, position).join('/'))
    if (entries.find((entry) => entry.name === name)?.kind !== 'other') continue
    const path = parts.slice(0, position + 1).join('/')
    throw new Error(
      `${path} is a symbolic link, which is not followed: put the folder itself there`,
    )
  }
}

const hiddenFolder = (name: string, reason: string): RepositoryContents => ({
  name: name || 'repositories',
  tags: [],
  revisions: [],
  layers: [],
  uploads: [],
  faults: [{ repository: name, reason, hidesContent: true, hidesLayers: true }],
})

export interface InventoryReadsOptions {
  /** Makes use of what an earlier inventory has remembered of manifests. */
  readonly remembers?: boolean
}

export function createInventoryReads(
  storage: StorageReader,
  createDigester: CreateDigester,
  { remembers = false }: InventoryReadsOptions = {},
): InventoryReads {
  const recall = remembers ? createRecall(storage) : null

  function digestOfBytes(bytes: Bytes, digest: Digest): Digest {
    const digester = createDigester(splitDigest(digest).algorithm)
    digester.update(bytes)
    return digester.digest()
  }

  const fromStorage = (digest: Digest, wasListed: boolean): Awaitable<InventoryReading> =>
    whenKnown(readManifest(storage, digest, wasListed), (reading): InventoryReading => {
      if (reading.kind !== 'manifest') return reading
      const { manifest, sizeBytes, bytes, stamp } = reading
      const actual = digestOfBytes(bytes, digest)
      if (actual !== digest) {
        return { kind: 'unreadable', reason: `what is stored there is ${actual}` }
      }
      const isWorthIt = recall !== null && wasListed && stamp !== null
      const origin = isWorthIt ? { origin: { stamp, bytes } } : {}
      return { kind: 'manifest', manifest, sizeBytes, ...origin }
    })

  /**
   * The bytes that are remembered, if they are those of the digest, and if the file is what it was
   * when they were read. Else null, and the file is read as if nothing were remembered.
   */
  function fromMemory(
    digest: Digest,
    { stamp, bytes }: RememberedManifest,
    file: StoredFile | null,
    all: Map<Digest, RememberedManifest>,
  ): InventoryReading | null {
    if (file === null || file.sizeBytes !== bytes.length || file.stamp?.() !== stamp) return null
    const reading = digestOfBytes(bytes, digest) === digest ? understood(bytes, stamp) : null
    if (reading?.kind !== 'manifest') {
      // Somebody else wrote this, or a disk lost it: the rest of it is no better.
      all.clear()
      return null
    }
    const { manifest, sizeBytes } = reading
    return { kind: 'manifest', manifest, sizeBytes, origin: 'memory' }
  }

  return {
    async blobFolders() {
      await refuseLinks(storage, blobsFolder)
      const entries = await storage.list(blobsFolder)
      return entries.filter(({ kind }) => kind === 'folder').map(({ name }) => name)
    },

    async blobsIn(folder) {
      const entries = await storage.list(`${blobsFolder}/${folder}`)
      return entries
        .filter((entry) => entry.kind === 'folder' && entry.name.startsWith(folder))
        .map((entry) => digestOf('sha256', entry.name))
        .filter(isDigest)
    },

    async repositoryFolders() {
      await refuseLinks(storage, repositoriesFolder)
      const folders: FoundFolder[] = []
      const twice = { list: (path: string) => listTwice(storage, path) }
      for await (const folder of walkRepositories(twice)) folders.push(folder)
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

    manifest: (digest, wasListed) =>
      recall === null || !wasListed
        ? fromStorage(digest, wasListed)
        : whenRecalled(recall, digest, (found, all) =>
            found === null
              ? fromStorage(digest, true)
              : whenKnown(
                  storage.open(blobFile(digest), { folderSeen: true }),
                  (file) => fromMemory(digest, found, file, all) ?? fromStorage(digest, true),
                ),
          ),

    blob: (digest) =>
      whenKnown(
        storage.open(blobFile(digest), { folderSeen: true }),
        (file) => file && { sizeBytes: file.sizeBytes, modifiedAtMs: file.modifiedAtMs },
      ),

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
