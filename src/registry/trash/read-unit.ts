import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { inBatches } from '../in-batches.ts'
import { mediaTypeOf } from '../manifests/known-media-types.ts'
import { blobFile } from '../layout.ts'
import { checkReferences } from '../manifests/manifest-check.ts'
import { readManifest } from '../manifests/manifest-reading.ts'
import { StorageError } from '#storage/storage.ts'
import type { ManifestRole } from './trash-entry.ts'
import type { FiledManifest, TrashFile } from './trash-file.ts'
import type { TrashOptions } from './trash-options.ts'
import { hasDigest } from './trashed-manifest.ts'

/** Few enough that other requests get their turn, even if each manifest has the maximum size. */
const readAtOnce = 4

/**
 * The manifests of an image unit for its entry. Reads each of them, and rejects where one may not
 * be read.
 */
export async function readUnit(
  { storage, removals, createDigester, pause }: TrashOptions,
  repository: RepositoryName,
  unit: ReadonlyMap<Digest, ManifestRole>,
): Promise<Pick<TrashFile, 'manifests' | 'missingBlobs'>> {
  const missingBlobs: Digest[] = []
  const read = async ([digest, role]: readonly [Digest, ManifestRole]) => {
    const reading = await readManifest(storage, digest)
    if (reading.kind === 'unreadable' && reading.isDenied) {
      throw new StorageError('DENIED', blobFile(digest))
    }
    // Its bytes are gone: there is nothing to keep, and the image was not whole without it.
    if (reading.kind === 'missing' || reading.kind === 'unreadable') return []
    const { bytes, sizeBytes } = reading
    if (!hasDigest(createDigester, digest, bytes)) missingBlobs.push(digest)
    if (reading.kind === 'opaque') {
      const { mediaType } = mediaTypeOf(bytes)
      return [{ digest, role, mediaType, sizeBytes, base64: null }]
    }
    const { manifest } = reading
    const { missing } = await removals.withGuard((guard) =>
      checkReferences(storage, guard, repository, manifest),
    )
    missingBlobs.push(...missing)
    return [{ digest, role, mediaType: manifest.mediaType, sizeBytes, base64: null }]
  }
  const manifests: FiledManifest[] = []
  for await (const batch of inBatches([...unit], read, readAtOnce)) {
    manifests.push(...batch.flat())
    await pause()
  }
  return { manifests, missingBlobs: [...new Set(missingBlobs)] }
}
