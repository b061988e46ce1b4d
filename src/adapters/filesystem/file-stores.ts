import { realpath } from 'node:fs/promises'
import type { ObjectStore } from '#storage/object-store.ts'
import type { UploadStore } from '#storage/upload-store.ts'
import { uploadsOverFiles } from './uploads-over-files.ts'
import { createFileObjectStore, type FileObjectStoreOptions } from './file-object-store.ts'
import { createDiskFileTree, type DiskFileTreeOptions } from './disk-file-tree.ts'

export interface FileStores {
  readonly objects: ObjectStore
  readonly uploadStore: UploadStore
}

/** Opens a folder as a store of objects, and of the uploads that become objects there. */
export async function openFileStores({
  deleteBatch,
  ...options
}: DiskFileTreeOptions & Pick<FileObjectStoreOptions, 'deleteBatch'>): Promise<FileStores> {
  const { mayWrite } = options
  const storage = await createDiskFileTree(options)
  const root = await realpath(options.root)
  const objects = createFileObjectStore({
    root,
    storage,
    ...(mayWrite !== undefined && { mayWrite }),
    ...(deleteBatch && { deleteBatch }),
  })
  return { objects, uploadStore: uploadsOverFiles(storage, objects) }
}
