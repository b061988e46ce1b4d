import { availableParallelism } from 'node:os'
import type { IndexReads } from '#registry/queries/graph/index-reads.ts'
import type { InventoryReads } from '#registry/inventory/inventory-reads.ts'
import { unpackContents, type ContentsParcel } from './contents-parcel.ts'
import { createStorageThreads, type StorageThreadsOptions } from './storage-threads.ts'

export interface ReadingPool {
  /** The reads of a new inventory. */
  readonly openReads: () => InventoryReads
  /** The reads of a new look at what there is. */
  readonly openIndexReads: () => IndexReads
  /** Ends the threads. Reads under way are rejected. */
  close(): Promise<void>
}

export interface ReadingPoolOptions extends Omit<StorageThreadsOptions, 'threads'> {
  /**
   * Default: one for each processor, but the one that serves where all else goes first; four at most.
   */
  readonly threads?: number
}

/**
 * Threads that read very many small files. They are started by the first inventory or look, and
 * stay. When all have died, the present one ends with that error, and the next has new threads.
 * Where inventories and looks go on at the same time, each forgets for the other what it saw of
 * folders: they had better have a pool each.
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
    openReads() {
      const inventory = openScope()
      return {
        blobFolders: () => ask({ method: 'blobFolders', args: [] }, inventory),
        blobsIn: (...args) => ask({ method: 'blobsIn', args }, inventory),
        repositoryFolders: () => ask({ method: 'repositoryFolders', args: [] }, inventory),
        contentsOf: async (...args) =>
          unpackContents(await ask<ContentsParcel>({ method: 'contentsOf', args }, inventory)),
        manifests: (...args) => ask({ method: 'manifests', args }, inventory),
        look: (...args) => ask({ method: 'look', args }, inventory),
        linkedAtMs: (...args) => ask({ method: 'linkedAtMs', args }, inventory),
      }
    },

    openIndexReads() {
      const look = openScope()
      return {
        tagNames: (...args) => ask({ method: 'tagNames', args }, look),
        tags: (...args) => ask({ method: 'tags', args }, look),
        revisionNames: (...args) => ask({ method: 'revisionNames', args }, look),
        linkTimes: (...args) => ask({ method: 'linkTimes', args }, look),
        manifestContents: (...args) => ask({ method: 'manifestContents', args }, look),
        imageFlaws: (...args) => ask({ method: 'imageFlaws', args }, look),
      }
    },

    close,
  }
}
