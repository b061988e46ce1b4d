import { join } from 'node:path'
import { fencedServers } from '#adapters/filesystem/lease/server-fence.ts'
import { serversFolder } from '../paths.ts'

/**
 * Rejects, with a sentence, while several servers use a storage that one process wants for itself.
 * Call it with the lock of the storage, which keeps others from joining them.
 */
export async function expectNoneOfSeveral(storageFolder: string): Promise<void> {
  const [server] = await fencedServers(serversFolder(storageFolder))
  if (server === undefined) return
  const file = join(serversFolder(storageFolder), server.name)
  throw new Error(
    `${storageFolder} is in use by ${server.what}, one of several servers. Stop all of them; or, to start one more, set JETSAM_SERVERS=several. If it has ended without a word, and none of them runs, remove ${file}.`,
  )
}
