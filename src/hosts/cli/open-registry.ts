import { realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createMemoryCoordination } from '#adapters/memory/coordination/memory-coordination.ts'
import { createDigester } from '#adapters/crypto-node/digester.ts'
import { isFull } from '#adapters/filesystem/file-errors.ts'
import { openFileStores } from '#adapters/filesystem/file-stores.ts'
import { withReserve, type SpaceReserve } from '#adapters/filesystem/space-reserve.ts'
import type { FileLease } from '#adapters/filesystem/lease/storage-lease.ts'
import { createFileLock, type FileLockOptions } from '#adapters/filesystem/lease/storage-lock.ts'
import { createRegistry, type Registry } from '#registry/registry.ts'
import { nodeRuntime } from '#hosts/server/node-runtime.ts'
import { noRoom, whenLost, type OnLost } from '#hosts/server/lock-folder.ts'
import { lockFile } from '#hosts/server/paths.ts'
import { expectNoneOfSeveral } from '#hosts/server/several/several-servers.ts'
import { createReadingPool } from '#hosts/server/threads/reading-pool.ts'
import { createRemovingThreads } from '#hosts/server/threads/removing-threads.ts'
import { manifestCache } from '#hosts/server/version.ts'

/**
 * Rejects unless there is a store: a mistyped path must not become a new, empty one. Of a server
 * without images only our own folder is there.
 */
export async function expectStore(storageFolder: string): Promise<void> {
  for (const path of ['docker/registry/v2', 'jetsam/v1']) {
    const folder = await stat(join(storageFolder, path)).catch(() => null)
    if (folder?.isDirectory()) return
  }
  throw new Error(`${storageFolder} holds no registry: there is no docker/registry/v2 in it`)
}

/**
 * Opens a store that exists.
 * @param lease the lease for writing; null: read only
 */
export async function openStore(
  storageFolder: string,
  lease: FileLease | null,
  reserve?: SpaceReserve,
): Promise<Registry> {
  await expectStore(storageFolder)
  const root = await realpath(storageFolder)
  const mayWrite = lease?.mayWrite ?? null
  // Few removals take less than the start of a thread.
  const { deleteBatch } = createRemovingThreads(root, lease ?? undefined, { blocksMs: 250 })
  return createRegistry({
    ...nodeRuntime,
    ...createMemoryCoordination(nodeRuntime),
    ...(await openFileStores({ root, mayWrite, deleteBatch, ...(reserve && { reserve }) })),
    createDigester,
    openStoreScanner: createReadingPool({ root }).openStoreScanner,
    ...manifestCache(lease !== null),
  })
}

/** Does something while no server and no other command can touch the storage. */
export async function whileLocked<T>(
  storageFolder: string,
  {
    reserve,
    onLost,
    ...options
  }: Pick<FileLockOptions, 'what' | 'onWait'> & {
    readonly reserve: SpaceReserve
    readonly onLost: OnLost
  },
  work: (lease: FileLease) => Promise<T>,
): Promise<T> {
  await expectStore(storageFolder)
  const lock = createFileLock({ path: lockFile(storageFolder), ...options })
  const attempt = await withReserve(reserve, () => lock.acquire()).catch((cause: unknown) => {
    throw isFull(cause) ? new Error(noRoom(storageFolder), { cause }) : cause
  })
  if (!attempt.ok) {
    throw new Error(`${storageFolder} is in use by ${attempt.holder}: stop it, or let it collect`)
  }
  whenLost(attempt.term, onLost)
  try {
    await expectNoneOfSeveral(storageFolder)
    return await work(attempt.term)
  } finally {
    // Restores a released reserve for the next time, if there is room.
    if (reserve.state() === 'given up') await reserve.ensure()
    await attempt.term.release()
  }
}
