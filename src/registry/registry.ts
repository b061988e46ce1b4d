import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { Result } from '#domain/values/result.ts'
import type { BeforeChange } from './before-change.ts'
import type { BlobLeases, LeaseControl } from '#coordination/blob-leases.ts'
import type { Clock, IsGivenUp, Pause } from '#domain/time/clock.ts'
import type { LaterReads } from '#gc/ports/later-reads.ts'
import type { RegistryReader } from '#gc/ports/registry-reader.ts'
import type { RegistryRemover } from '#gc/ports/registry-remover.ts'
import { unlinkBlob, type BlobDeletionRefusal } from './blobs/unlink-blob.ts'
import { createBlobSightings } from './blobs/blob-sightings.ts'
import { createBlobStore, type BlobStore, type BlobStoreOptions } from './blobs/blob-store.ts'
import { createCatalog, type Catalog } from './repositories/catalog.ts'
import { createRepositoryQueries } from './queries/create-repository-queries.ts'
import { createTrash } from './trash/create-trash.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { createRepositoryReader, type RepositoryReader } from './queries/graph/repository-reader.ts'
import { createLaterReads, createRegistryReader } from './inventory/registry-reader.ts'
import { createStoreScanner, type StoreScanner } from './inventory/store-scanner.ts'
import { createManifestCache, type CacheOptions } from './inventory/manifest-cache.ts'
import { createManifestStore, type ManifestStore } from './manifests/manifest-store.ts'
import {
  createRegistryChanges,
  type RegistryChange,
  type RegistryChanges,
} from './registry-change.ts'
import type { RepositoryQueries } from './queries/repository-queries.ts'
import { createRemover, type RemoverOptions } from './removal/remover.ts'
import { createGraphCache } from './queries/graph/graph-cache.ts'
import type { RunLocked } from '#coordination/repository-lock.ts'
import {
  removeRepository,
  type RepositoryRemovalRefusal,
} from './repositories/repository-removal.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import { scannerOver } from '#storage/scanner-over-lists.ts'
import type { UploadStore } from '#storage/upload-store.ts'
import { createStoredDigest, type StoredDigest } from './blobs/rehash-blob.ts'
import { nothingIsReported, type FindReported } from './running/running-images.ts'
import { nothingIsProtected, type FindProtection } from './tags/protected-tags.ts'
import type { Trash } from './trash/trash.ts'
import { createTrashStore } from './trash/trash-store.ts'
import { createPendingOperations } from './trash/pending-operations.ts'
import { createUploads, type Uploads } from './uploads/uploads.ts'

export interface RegistryOptions
  extends Pick<RemoverOptions, 'stampsLagMs'>, Pick<BlobStoreOptions, 'addressOf'> {
  /** Told of by this registry, and by others over the same storage. Default: by this one alone. */
  readonly changes?: RegistryChanges
  readonly objects: ObjectStore
  /** Uploads in progress, which become objects of `objects`. */
  readonly uploadStore: UploadStore
  readonly createDigester: CreateDigester
  readonly clock: Clock
  /**
   * Creates ids for uploads and trash entries: letters, digits and `-`, each id only once (a UUID).
   */
  readonly createId: () => string
  readonly pause: Pause
  /** Reads for a collection in another way than through `objects`, for example in threads. */
  readonly openStoreScanner?: () => StoreScanner
  /**
   * The same for what is read after an inventory: nothing that is older than the call. Default:
   * through `objects`.
   */
  readonly openLaterScanner?: () => StoreScanner
  /** Reads for lists and for the graphs in another way than through `objects`. */
  readonly openRepositoryReader?: () => RepositoryReader
  /** How inventories share what they read from manifests. Default: not at all. */
  readonly manifestCache?: CacheOptions
  readonly leases: BlobLeases & Pick<LeaseControl, 'condemn' | 'sentence'>
  readonly runLocked: RunLocked
  /** Whether an index may list manifests that its repository lacks. Default: never. */
  readonly acceptsSparseIndexes?: () => Promise<boolean>
  /** Which tags may not be moved or deleted. Default: none. */
  readonly findProtection?: FindProtection
  /** What was reported to run. Default: nothing. */
  readonly findReported?: FindReported
}

/** Images at rest: everything that the hosts and APIs do with them. One per storage and process. */
export interface Registry {
  readonly catalog: Catalog
  readonly manifests: ManifestStore
  readonly blobs: BlobStore
  readonly uploads: Uploads
  readonly trash: Trash
  readonly queries: RepositoryQueries
  removeRepository(
    repository: RepositoryName,
    beforeChange?: BeforeChange,
    isGivenUp?: IsGivenUp,
  ): Promise<Result<null, RepositoryRemovalRefusal>>
  unlinkBlob(repository: RepositoryName, digest: Digest): Promise<Result<null, BlobDeletionRefusal>>
  /** What a collection reads. */
  readonly reader: RegistryReader
  /** What a look at the store reads after its inventory. */
  readonly openLaterReads: () => LaterReads
  readonly remover: RegistryRemover
  /** Reads a blob to its end and hashes it, to check its bytes. */
  readonly storedDigest: StoredDigest
  /** Calls the listener after each change, until the returned function is called. */
  onChange(listener: (change: RegistryChange) => void): () => void
}

export function createRegistry(options: RegistryOptions): Registry {
  const { objects, uploadStore, createDigester, clock, createId, pause, leases } = options
  const reads = { objects, scanner: scannerOver(objects) }
  const { openStoreScanner = () => createStoreScanner(reads, createDigester) } = options
  const { acceptsSparseIndexes = async () => false } = options
  const { findProtection = nothingIsProtected, findReported = nothingIsReported } = options
  const cache = options.manifestCache
    ? createManifestCache({ objects, createDigester, pause, ...options.manifestCache })
    : null
  const { openRepositoryReader = () => createRepositoryReader(objects, createDigester) } = options
  const catalog = createCatalog(objects, openRepositoryReader)
  const { changes = createRegistryChanges() } = options
  const pendingOperations = createPendingOperations()
  const runLocked = pendingOperations.recoverFirst(options.runLocked)
  const graphs = createGraphCache({
    objects,
    catalog,
    openRepositoryReader,
    changes,
    clock,
    pause,
  })
  const store = createTrashStore(objects)
  const trashOptions = {
    objects,
    catalog,
    graphs,
    changes,
    store,
    runLocked,
    pendingOperations,
    leases,
    clock,
    pause,
    createDigester,
    createId,
    findProtection,
    findReported,
  }
  const sightings = createBlobSightings()
  const uploads = createUploads({
    objects,
    uploadStore,
    createDigester,
    clock,
    createId,
    leases,
    sightings,
  })
  const { openLaterScanner = () => createStoreScanner(reads, createDigester) } = options
  const inventory = { objects, openStoreScanner, openLaterScanner, trash: store, cache }
  return {
    catalog,
    manifests: createManifestStore({
      objects,
      catalog,
      createDigester,
      runLocked,
      changes,
      graphs,
      leases,
      acceptsSparseIndexes,
      findProtection,
    }),
    blobs: createBlobStore({
      objects,
      leases,
      sightings,
      ...(options.addressOf && { addressOf: options.addressOf }),
    }),
    uploads,
    trash: createTrash(trashOptions),
    removeRepository: (...request) => removeRepository(trashOptions, ...request),
    unlinkBlob: (...request) => unlinkBlob({ ...trashOptions, openRepositoryReader }, ...request),
    queries: createRepositoryQueries({
      objects,
      openRepositoryReader,
      graphs,
      trash: store,
      pause,
      createDigester,
      acceptsSparseIndexes,
    }),
    reader: createRegistryReader(inventory),
    openLaterReads: createLaterReads(inventory),
    remover: createRemover({
      catalog,
      trash: store,
      runLocked: pendingOperations.recoverFirst(options.runLocked, { onlyRemoves: true }),
      changes,
      leases,
      uploads,
      objects,
      ...(options.stampsLagMs && { stampsLagMs: options.stampsLagMs }),
    }),
    storedDigest: createStoredDigest(objects, createDigester),
    onChange: changes.subscribe,
  }
}
