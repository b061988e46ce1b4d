import { realpath } from 'node:fs/promises'
import { createRepositoryReader } from '#registry/queries/graph/repository-reader.ts'
import { createStoreScanner } from '#registry/inventory/store-scanner.ts'
import { openTestRegistry, type TestRegistry } from './test-registry.ts'
import { createBlockingObjectReader } from '#adapters/filesystem/blocking-object-reader.ts'
import { createDigester } from '#adapters/crypto-node/digester.ts'
import { createFileObjectStore } from '#adapters/filesystem/file-object-store.ts'
import { createDiskFileTree } from '#adapters/filesystem/disk-file-tree.ts'

/** A year ahead: everything on disk is older than any age or window. */
const aheadMs = 365 * 86_400_000

/**
 * A registry over a folder that it accesses with promises; or with blocking calls for mass reads
 * and removals.
 */
export async function openOnDisk(root: string, isBlocking: boolean): Promise<TestRegistry> {
  const storage = await createDiskFileTree({ root, durable: false })
  const clock = { nowMs: () => Date.now() + aheadMs }
  const openStoreScanner = () => {
    const objects = createBlockingObjectReader(root)
    return createStoreScanner({ objects, scanner: objects }, createDigester)
  }
  const openRepositoryReader = () =>
    createRepositoryReader(createBlockingObjectReader(root), createDigester)
  const objects = createFileObjectStore({ root: await realpath(root), storage })
  const blocking = { openStoreScanner, openRepositoryReader }
  return openTestRegistry({ storage, objects, clock, ...(isBlocking ? blocking : {}) })
}
