import { availableParallelism } from 'node:os'
import type { RepositoryReader } from '#registry/queries/graph/repository-reader.ts'
import type { StoreScanner } from '#registry/inventory/store-scanner.ts'
import { unpackContents, type PackedContents } from './packed-contents.ts'
import { unpackTagLinks, type PackedTagLinks } from './packed-tag-links.ts'
import { createStorageThreads, type StorageThreadsOptions } from './storage-threads.ts'

export interface ReadingPool {
  /** The reads of a new inventory. */
  readonly openStoreScanner: () => StoreScanner
  /** The reads of one refresh of a repository's graph. */
  readonly openRepositoryReader: () => RepositoryReader
  /** Ends the threads. Rejects reads under way. */
  close(): Promise<void>
}

export interface ReadingPoolOptions extends Omit<StorageThreadsOptions, 'threads'> {
  /**
   * Default: one less than the number of processors if requests can have priority, at most four.
   */
  readonly threads?: number
}

/**
 * Threads that read very many small files. The first inventory or refresh starts them, and they
 * stay. When all have died, the current one fails with that error, and the next gets new threads.
 * If inventories and refreshes run at the same time, each makes the other forget what it saw of
 * folders: give each its own pool.
 */
export function createReadingPool({
  lowPriority = false,
  threads = Math.min(4, Math.max(1, availableParallelism() - (lowPriority ? 1 : 0))),
  ...options
}: ReadingPoolOptions): ReadingPool {
  const { renew, ask, close } = createStorageThreads({ threads, lowPriority, ...options })
  let scopes = 0

  function openScope(): number {
    renew()
    scopes += 1
    return scopes
  }

  return {
    openStoreScanner() {
      const inventory = openScope()
      return {
        blobFolders: () => ask({ method: 'blobFolders', args: [] }, inventory),
        blobsIn: (...args) => ask({ method: 'blobsIn', args }, inventory),
        repositoryFolders: () => ask({ method: 'repositoryFolders', args: [] }, inventory),
        contentsOf: async (...args) =>
          unpackContents(await ask<PackedContents>({ method: 'contentsOf', args }, inventory)),
        manifests: (...args) => ask({ method: 'manifests', args }, inventory),
        stat: (...args) => ask({ method: 'stat', args }, inventory),
        linkedAtMs: (...args) => ask({ method: 'linkedAtMs', args }, inventory),
      }
    },

    openRepositoryReader() {
      const scope = openScope()
      return {
        tagNames: (...args) => ask({ method: 'tagNames', args }, scope),
        tagPage: (...args) => ask({ method: 'tagPage', args }, scope),
        tagsWithLink: (...args) => ask({ method: 'tagsWithLink', args }, scope),
        tags: async (...args) =>
          unpackTagLinks(args[1], await ask<PackedTagLinks>({ method: 'tags', args }, scope)),
        revisionNames: (...args) => ask({ method: 'revisionNames', args }, scope),
        linkTimes: (...args) => ask({ method: 'linkTimes', args }, scope),
        manifestContents: (...args) => ask({ method: 'manifestContents', args }, scope),
        imageFlaws: (...args) => ask({ method: 'imageFlaws', args }, scope),
      }
    },

    close,
  }
}
