import { splitDigest, type Digest } from '#domain/values/digest.ts'
import type { StorageReader } from '#storage/storage.ts'
import { blobFile, blobFolder, blobsFolder } from '../layout.ts'

/**
 * Tells whether something stands on the way to a blob's bytes that is no folder, or in their place and
 * is no file, such as a symbolic link. It is never followed, so the blob looks as if it were absent,
 * and what it leads to would be garbage.
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
    // A file there came since it was looked for, and is as good as unread.
    return (await storage.list(blobFolder(digest))).some(({ name }) => name === data)
  }
}
