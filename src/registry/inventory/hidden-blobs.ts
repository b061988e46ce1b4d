import { splitDigest, type Digest } from '#domain/values/digest.ts'
import type { StorageReader } from '#storage/storage.ts'
import { blobFile, blobFolder, blobsFolder } from '../layout.ts'

/**
 * Tells whether the path to a blob's bytes has something in it that is no folder, or ends in
 * something that is no file, such as a symbolic link. Storage never follows it, so the blob looks
 * absent, and what the blob leads to would count as garbage.
 *
 * Serves one inventory: it lists each folder of blobs once, and only when a blob is absent.
 */
export function createHiddenBlobs(storage: StorageReader): (digest: Digest) => Promise<boolean> {
  const obstaclesIn = new Map<string, Promise<ReadonlySet<string>>>()

  async function listObstacles(folder: string): Promise<ReadonlySet<string>> {
    const entries = await storage.list(folder)
    return new Set(entries.flatMap(({ name, kind }) => (kind === 'folder' ? [] : [name])))
  }

  function isObstacle(folder: string, name: string): Promise<boolean> {
    const listing = obstaclesIn.get(folder) ?? listObstacles(folder)
    obstaclesIn.set(folder, listing)
    return listing.then((names) => names.has(name))
  }

  return async (digest) => {
    const { algorithm, hex } = splitDigest(digest)
    const all = blobsFolder(algorithm)
    const twoDigits = hex.slice(0, 2)
    if (await isObstacle(all, twoDigits)) return true
    if (await isObstacle(`${all}/${twoDigits}`, hex)) return true
    const data = blobFile(digest).slice(blobFolder(digest).length + 1)
    // A file there was written after the first look, and counts as unread.
    return (await storage.list(blobFolder(digest))).some(({ name }) => name === data)
  }
}
