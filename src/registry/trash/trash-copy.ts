import type { Digest } from '#domain/values/digest.ts'
import { maximumManifestBytes } from '#domain/manifest/manifest.ts'
import { blobFile, trashCopy } from '../layout.ts'
import { StoreError } from '#storage/errors.ts'
import { errorOfKey, type ObjectStore } from '#storage/object-store.ts'
import type { Bytes } from '#storage/bytes.ts'
import { parseStoredId } from '../stored-id.ts'
import type { TrashFile } from './trash-file.ts'

/*
 * The manifests of an entry stay among the blobs, where the entry protects them from collections.
 * Other software does not know the trash, so a copy is kept beside the entry: the bytes of all
 * manifests one after the other, in the order of the entry, each with the size that the entry
 * states. No list reads the copy. Where there is no room for it, the entry has none.
 */

type KnownBytes = ReadonlyMap<Digest, Bytes>

async function* bytesOf(
  objects: ObjectStore,
  file: TrashFile,
  known: KnownBytes,
): AsyncGenerator<Bytes> {
  // One at a time, as fast as they are written.
  for (const { digest, sizeBytes } of file.manifests) {
    const bytes = known.get(digest)
    if (bytes?.length === sizeBytes) {
      yield bytes
      continue
    }
    const [blob] = await objects.getMany([blobFile(digest)], { maximumBytes: sizeBytes })
    if (blob?.kind === 'failed') throw errorOfKey(blob, blobFile(digest))
    if (blob?.kind !== 'found' || blob.sizeBytes !== sizeBytes) {
      throw new StoreError('NOT_FOUND', blobFile(digest))
    }
    yield blob.bytes
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

/**
 * False where the store does not accept the copy: then the entry has none.
 *
 * @param known bytes that the caller has read already
 */
export async function writeTrashCopy(
  objects: ObjectStore,
  file: TrashFile,
  known: KnownBytes = new Map(),
): Promise<boolean> {
  const id = parseStoredId(file.id)
  if (!id.ok || file.manifests.length === 0) return false
  try {
    await objects.put(trashCopy(id.value), streamOf(bytesOf(objects, file, known)))
    return true
  } catch (error) {
    if (error instanceof StoreError) return false
    throw error
  }
}

/** A manifest from the copy; null where there is none. The caller must check its digest. */
export async function readFromTrashCopy(
  objects: ObjectStore,
  file: TrashFile,
  position: number,
): Promise<Bytes | null> {
  const id = parseStoredId(file.id)
  const sizeBytes = file.manifests[position]?.sizeBytes ?? 0
  if (!id.ok || sizeBytes === 0 || sizeBytes > maximumManifestBytes) return null
  const start = file.manifests
    .slice(0, position)
    .reduce((sum, manifest) => sum + manifest.sizeBytes, 0)
  const end = start + sizeBytes - 1
  const copy = await objects.get(trashCopy(id.value), { start, end })
  if (copy?.range?.end === end) return new Uint8Array(await new Response(copy.body).arrayBuffer())
  await copy?.body.cancel()
  return null
}
