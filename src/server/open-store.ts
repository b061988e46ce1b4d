import { realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createDigester } from '#adapters/node/digester.ts'
import { createFileStorage } from '#adapters/node/file-storage.ts'
import { createFileLock } from '#adapters/node/storage-lock.ts'
import { createRegistry, type Registry } from '#registry/registry.ts'
import { nodePlatform } from './node-platform.ts'
import { lockFile } from './paths.ts'
import { createReadingPool } from './storage-threads/reading-pool.ts'
import { createRemovingThreads } from './storage-threads/removing-threads.ts'
import { remembering } from './version.ts'

/**
 * Opens a store that exists: a typing error must not become a new and empty one.
 * @param isOurs whether it may be written to
 */
export async function openStore(storageFolder: string, isOurs: boolean): Promise<Registry> {
  const images = await stat(join(storageFolder, 'docker', 'registry', 'v2')).catch(() => null)
  if (!images?.isDirectory()) {
    throw new Error(`${storageFolder} holds no registry: there is no docker/registry/v2 in it`)
  }
  const root = await realpath(storageFolder)
  return createRegistry({
    ...nodePlatform,
    storage: await createFileStorage({ root: storageFolder }),
    createDigester,
    removeFolder: createRemovingThreads(root).removeFolder,
    openReads: createReadingPool({ root }).openReads,
    ...remembering(isOurs),
  })
}

/** Does something while no server and no other command can touch the storage. */
export async function whileHolding<T>(
  storageFolder: string,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const attempt = await createFileLock({
    path: lockFile(storageFolder),
    what,
    createId: nodePlatform.createId,
    nowMs: nodePlatform.clock.nowMs,
  }).acquire()
  if (!attempt.ok) {
    throw new Error(`${storageFolder} is in use by ${attempt.holder}: stop it, or let it collect`)
  }
  try {
    return await work()
  } finally {
    await attempt.lease.release()
  }
}
