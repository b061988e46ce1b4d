import { availableParallelism } from 'node:os'
import type { InventoryReads } from '#registry/inventory-reads.ts'
import { unpackContents, type ContentsParcel } from './contents-parcel.ts'
import { createStorageThreads, type StorageThreadsOptions } from './storage-threads.ts'

export interface ReadingPool {
  /** The reads of a new inventory. */
  readonly openReads: () => InventoryReads
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
 * Threads that read for collections. They are started by the first inventory, and stay. When all
 * have died, the present inventory ends with that error, and the next has new ones.
 */
export function createReadingPool({
  goesLast = false,
  threads = Math.min(4, Math.max(1, availableParallelism() - (goesLast ? 1 : 0))),
  ...options
}: ReadingPoolOptions): ReadingPool {
  const { renew, ask, close } = createStorageThreads({ threads, goesLast, ...options })
  let inventories = 0

  return {
    openReads() {
      renew()
      inventories += 1
      const inventory = inventories
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
    close,
  }
}
