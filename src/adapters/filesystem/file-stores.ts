import { randomUUID } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import type { ObjectStore } from '#storage/object-store.ts'
import type { UploadStore } from '#storage/upload-store.ts'
import { uploadsOverFiles } from './uploads-over-files.ts'
import { createClaimableFiles } from './claimable-files.ts'
import { sharedUploadsOverFiles } from './shared-uploads-over-files.ts'
import { createFileObjectStore, type FileObjectStoreOptions } from './file-object-store.ts'
import { createDiskFileTree, type DiskFileTreeOptions } from './disk-file-tree.ts'

export interface FileStores {
  readonly objects: ObjectStore
  readonly uploadStore: UploadStore
}

interface FileStoresOptions
  extends DiskFileTreeOptions, Pick<FileObjectStoreOptions, 'deleteBatch'> {
  /** Whether other servers write to the folder at once. */
  readonly isShared?: boolean
}

/** Opens a folder as a store of objects, and of the uploads that become objects there. */
export async function openFileStores({
  deleteBatch,
  isShared = false,
  ...options
}: FileStoresOptions): Promise<FileStores> {
  const { mayWrite, reserve } = options
  const storage = await createDiskFileTree(options)
  const root = await realpath(options.root)
  const objects = createFileObjectStore({
    root,
    storage,
    ...(mayWrite !== undefined && { mayWrite }),
    ...(deleteBatch && { deleteBatch }),
  })
  // Where nothing is written, no upload is taken either.
  if (!isShared || mayWrite === null) {
    return { objects, uploadStore: uploadsOverFiles(storage, objects) }
  }
  const claimable = createClaimableFiles({
    root,
    ...(mayWrite && { mayWrite }),
    ...(reserve && { reserve }),
  })
  const shared = { storage, objects, claimable, createId: randomUUID, nowMs: Date.now }
  return { objects, uploadStore: sharedUploadsOverFiles(shared) }
}
