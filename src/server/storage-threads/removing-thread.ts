import type { RemoveFolder } from '#registry/folder-remover.ts'
import { createStorageThreads } from './storage-threads.ts'

export interface RemovingThread {
  readonly removeFolder: RemoveFolder
  /** Ends the thread. Removals under way are rejected. */
  close(): Promise<void>
}

/**
 * A thread that removes for collections. Not one of those that read: whoever pushes may be waiting
 * for it, so that it has no reason to let others go first. It is started by the first removal.
 * @param root the folder that holds `docker/registry/v2`
 */
export function createRemovingThread(root: string): RemovingThread {
  const { renew, ask, close } = createStorageThreads({ root, threads: 1 })
  return {
    removeFolder(removal) {
      renew()
      // All removals of a collection tell the same moment: that of its inventory.
      return ask({ method: 'removeFolder', args: [removal] }, removal.sinceMs)
    },
    close,
  }
}
