import { maximumManifestBytes } from '#domain/manifest/manifest.ts'
import { blobFile, trashCopy } from '../layout.ts'
import { bytesUnlessGone, StorageError, type Bytes, type Storage } from '#storage/storage.ts'
import { parseStoredId } from '../stored-id.ts'
import type { TrashFile } from './trash-file.ts'

/*
 * The manifests of an entry stay among the blobs, which the entry keeps from being collected. Other
 * software knows of no trash, so that a copy lies beside the entry: their bytes one after the other,
 * in the order of the entry, each as long as it says. No list reads it, and where there is no room
 * for it there is none.
 */

async function* bytesOf(storage: Storage, file: TrashFile): AsyncGenerator<Bytes> {
  for (const { digest, sizeBytes } of file.manifests) {
    const blob = await storage.open(blobFile(digest), { whole: true })
    const bytes = blob && (await bytesUnlessGone(blob))
    if (bytes?.length !== sizeBytes) throw new StorageError('NOT_FOUND', blobFile(digest))
    yield bytes
  }
}

function streamOf(pieces: AsyncGenerator<Bytes>): ReadableStream<Bytes> {
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        const next = await pieces.next()
        if (next.done === true) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel() {
        await pieces.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

/** False where storage does not take it: then the entry does without. */
export async function writeTrashCopy(storage: Storage, file: TrashFile): Promise<boolean> {
  const id = parseStoredId(file.id)
  if (!id.ok || file.manifests.length === 0) return false
  try {
    await storage.write(trashCopy(id.value), streamOf(bytesOf(storage, file)))
    return true
  } catch (error) {
    if (error instanceof StorageError) return false
    throw error
  }
}

/** A manifest out of the copy; null where there is none. Its digest is for others to check. */
export async function readFromTrashCopy(
  storage: Storage,
  file: TrashFile,
  position: number,
): Promise<Bytes | null> {
  const id = parseStoredId(file.id)
  const sizeBytes = file.manifests[position]?.sizeBytes ?? 0
  if (!id.ok || sizeBytes === 0 || sizeBytes > maximumManifestBytes) return null
  const copy = await storage.open(trashCopy(id.value))
  const start = file.manifests
    .slice(0, position)
    .reduce((sum, manifest) => sum + manifest.sizeBytes, 0)
  if (copy === null || copy.sizeBytes < start + sizeBytes) return null
  const part = copy.stream({ start, end: start + sizeBytes - 1 })
  return new Uint8Array(await new Response(part).arrayBuffer())
}
