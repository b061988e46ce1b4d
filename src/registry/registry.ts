import type { Clock, Pause, RegistryReader, RegistryRemover } from '#collector/ports.ts'
import type { Digest } from '#domain/digest.ts'
import type { RepositoryName } from '#domain/repository-name.ts'
import type { TagName } from '#domain/tag-name.ts'
import type { BlobStore } from './blob-store.ts'
import type { Catalog } from './catalog.ts'
import type { CreateDigester } from './digester.ts'
import type { ManifestStore } from './manifest-store.ts'
import type { RegistryIndex } from './registry-index.ts'
import type { Storage } from './storage.ts'
import type { Trash } from './trash.ts'
import type { Uploads } from './uploads.ts'

/** Something changed in a repository: these tags and manifests were linked, moved or unlinked. */
export interface RegistryChange {
  readonly repository: RepositoryName
  readonly tags: readonly TagName[]
  readonly manifests: readonly Digest[]
}

export interface RegistryOptions {
  readonly storage: Storage
  readonly createDigester: CreateDigester
  readonly clock: Clock
  /** Ids of uploads and trash entries: letters, digits and `-`, never one twice (a UUID). */
  readonly createId: () => string
  readonly pause: Pause
  /** True for a digest that somebody was told exists since a collection began: it is not removed. */
  readonly isHeld?: (digest: Digest) => boolean
}

/** Images at rest: everything that the hosts and APIs do with them. One per storage and process. */
export interface Registry {
  readonly catalog: Catalog
  readonly manifests: ManifestStore
  readonly blobs: BlobStore
  readonly uploads: Uploads
  readonly trash: Trash
  readonly index: RegistryIndex
  /** For a collection. */
  readonly reader: RegistryReader
  readonly remover: RegistryRemover
  /** Calls the listener after each change, until the returned function is called. */
  onChange(listener: (change: RegistryChange) => void): () => void
}

export declare function createRegistry(options: RegistryOptions): Registry
