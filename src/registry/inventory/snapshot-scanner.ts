import type { CreateDigester } from '#storage/digester.ts'
import type { ObjectSnapshot } from '#storage/object-snapshot.ts'
import { scannerOver } from '#storage/scanner-over-lists.ts'
import { createStoreScanner, type StoreScanner } from './store-scanner.ts'

/**
 * Reads for an inventory from a snapshot of the store. An inventory begins with its blobs; whoever
 * begins with the repositories, as a verification does, looks at what is there then as well.
 */
export function createSnapshotScanner(
  { reader, forget }: ObjectSnapshot,
  createDigester: CreateDigester,
): StoreScanner {
  const scanner = createStoreScanner(
    { objects: reader, scanner: scannerOver(reader) },
    createDigester,
  )
  let isOfInventory = false
  return {
    ...scanner,
    blobFolders() {
      forget()
      isOfInventory = true
      return scanner.blobFolders()
    },
    repositoryFolders() {
      if (!isOfInventory) forget()
      isOfInventory = false
      return scanner.repositoryFolders()
    },
  }
}
