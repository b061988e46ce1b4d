import { parseRepositoryName } from '#domain/values/repository-name.ts'
import type { LaterReads } from '#gc/ports/later-reads.ts'
import type { RegistryReader, TrashContents } from '#gc/ports/registry-reader.ts'
import { inOrder } from '../in-order.ts'
import { readRepositoryParts } from './repository-parts.ts'
import { assertPlainFolder, type StoreReads } from './scan-folders.ts'
import type { StoreScanner } from './store-scanner.ts'
import { repositoryFolder, trashFolder } from '../layout.ts'
import { namesBelow } from '../names-below.ts'
import { isRepository } from '../repositories/repository-walk.ts'
import type { ManifestCache } from './manifest-cache.ts'
import type { ObjectReader } from '#storage/object-store.ts'
import { scannerOver } from '#storage/scanner-over-lists.ts'
import { isOfTags } from '../trash/trash-entry.ts'
import type { ListedTrashFile } from '../trash/trash-file.ts'
import type { TrashStore } from '../trash/trash-store.ts'
import { matchTrashedTags, type TrashedTags } from '../trash/trash-tags.ts'

/**
 * Folders of blobs that are read at once. With a hundred thousand blobs each has some hundreds of
 * names.
 */
const blobFoldersAtOnce = 32
/** Repositories that are read at once; each reads its tags in batches too. */
const repositoriesAtOnce = 32

/** An image stays until its deletion or restoration has ended, even past its time. */
const heldUntilMs = (file: ListedTrashFile): number =>
  file.state === 'deleting' || file.state === 'restoring'
    ? Number.MAX_SAFE_INTEGER
    : file.heldUntilMs

/** Deleted tags stay as long as the image with which they come back, and are removed with it. */
const heldWith = (file: ListedTrashFile, trashed: TrashedTags<ListedTrashFile>): ListedTrashFile =>
  (isOfTags(file) && file.state === 'held' && trashed.imageOf(file)) || file

export interface InventoryOptions {
  readonly objects: ObjectReader
  /** Creates the scanner of one inventory, which may read in threads. */
  readonly openStoreScanner: () => StoreScanner
  readonly trash: TrashStore
  /** Null: each inventory reads all manifests. */
  readonly cache: ManifestCache | null
}

async function readTrash(
  objects: ObjectReader,
  trash: TrashStore,
): Promise<readonly TrashContents[]> {
  await assertPlainFolder(objects, trashFolder)
  // An unreadable entry may hold anything: this rejects, and nothing is collected.
  const files = await trash.all()
  const trashed = matchTrashedTags(files)
  return files.map((file) => ({
    id: file.id,
    repository: file.repository,
    manifests: [
      ...file.manifests.map(({ digest }) => digest),
      ...(file.restore?.relinkedManifests ?? []),
    ],
    tags: file.tags.map(({ name }) => name),
    deletedAtMs: Math.max(file.deletedAtMs, heldWith(file, trashed).deletedAtMs),
    heldUntilMs: heldUntilMs(heldWith(file, trashed)),
    hadRetention: file.hadRetention,
    claimed: file.state === 'claimed',
  }))
}

export interface LaterReadsOptions extends Omit<InventoryOptions, 'openStoreScanner'> {
  /** Creates a scanner that reads nothing older than this call. */
  readonly openLaterScanner: () => StoreScanner
}

/** What a look at the store reads after its inventory. Each call opens a scanner of its own. */
export const createLaterReads =
  ({ objects, openLaterScanner, trash, cache }: LaterReadsOptions): (() => LaterReads) =>
  () => {
    const near: StoreReads = { objects, scanner: scannerOver(objects) }
    let opened: StoreScanner | null = null
    const scanner = (): StoreScanner => (opened ??= openLaterScanner())
    return {
      trash: () => readTrash(objects, trash),
      manifests: (requested) =>
        cache?.manifests(requested, (rest) => scanner().manifests(rest)) ??
        scanner().manifests(requested),
      stat: (digests) => scanner().stat(digests),
      linkedAtMs: (repository, digest) => scanner().linkedAtMs(repository, digest),
      async repository(name) {
        const parsed = parseRepositoryName(name)
        if (!parsed.ok) return null
        const names = await namesBelow(objects, `${repositoryFolder(parsed.value)}/`)
        if (!isRepository(names.keys())) return null
        return await scanner().contentsOf({ kind: 'repository', name: parsed.value })
      },
      async partsOf(repository, parts) {
        const parsed = parseRepositoryName(repository)
        return parsed.ok ? await readRepositoryParts(near, parsed.value, parts) : null
      },
    }
  }

/** What a collection reads. */
export function createRegistryReader({
  objects,
  openStoreScanner,
  trash,
  cache,
}: InventoryOptions): RegistryReader {
  let scanner = openStoreScanner()

  return {
    async *blobs() {
      // An inventory begins with its blobs, and relies on nothing that an earlier one saw.
      scanner = openStoreScanner()
      cache?.begin()
      yield* inOrder(await scanner.blobFolders(), blobFoldersAtOnce, scanner.blobsIn)
    },

    async *repositories() {
      yield* inOrder(
        await scanner.repositoryFolders(),
        repositoriesAtOnce,
        async (folder) => await scanner.contentsOf(folder),
      )
    },

    trash: () => readTrash(objects, trash),
    manifests: (requested) =>
      cache?.manifests(requested, scanner.manifests) ?? scanner.manifests(requested),
    stat: (digests) => scanner.stat(digests),
    linkedAtMs: (repository, digest) => scanner.linkedAtMs(repository, digest),
    saveCache: async () => await cache?.save(),
  }
}
