import type { Digest } from '#domain/values/digest.ts'
import { maximumManifestBytes } from '#domain/manifest/manifest.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { mediaTypeOf } from '../manifests/known-media-types.ts'
import { blobFile } from '../layout.ts'
import { checkAllReferences } from '../manifests/manifest-check.ts'
import { readManifests, type ManifestBytesReadResult } from '../manifests/manifest-reading.ts'
import { StoreError } from '#storage/errors.ts'
import type { Bytes } from '#storage/bytes.ts'
import { referencesIn } from '#graph/edges.ts'
import type { ManifestRole } from '#graph/algorithms/reachability.ts'
import type { FiledManifest, TrashFile } from './trash-file.ts'
import type { TrashOptions } from './trash-options.ts'
import { hasDigest } from './trashed-manifest.ts'

/** Few enough that other requests get their turn. */
const readAtOnce = 16

export interface ReadUnit extends Pick<TrashFile, 'manifests' | 'missingBlobs'> {
  /** The bytes of its manifests, for their copy; of a large unit only those of the first. */
  readonly bytes: ReadonlyMap<Digest, Bytes>
}

type Present = Extract<ManifestBytesReadResult, { kind: 'manifest' | 'opaque' }>

/**
 * The manifests of an image unit for its entry. Reads each of them, and rejects where one may not
 * be read.
 */
export async function readUnit(
  { objects, leases, createDigester, pause }: TrashOptions,
  repository: RepositoryName,
  unit: ReadonlyMap<Digest, ManifestRole>,
): Promise<ReadUnit> {
  const manifests: FiledManifest[] = []
  const missingBlobs = new Set<Digest>()
  const bytes = new Map<Digest, Bytes>()
  let bytesLeft = maximumManifestBytes
  for (const slice of inSlices(unit, readAtOnce)) {
    const present = await readPresent(
      objects,
      slice.map(([digest]) => digest),
    )
    for (const [digest, role] of slice) {
      const reading = present.get(digest)
      if (reading === undefined) continue
      const { sizeBytes } = reading
      manifests.push({ digest, role, mediaType: typeOf(reading), sizeBytes, base64: null })
      if (!hasDigest(createDigester, digest, reading.bytes)) missingBlobs.add(digest)
      bytesLeft -= sizeBytes
      if (bytesLeft >= 0) bytes.set(digest, reading.bytes)
    }
    const read = [...present.values()].flatMap((reading) =>
      reading.kind === 'manifest' ? [reading.manifest] : [],
    )
    const checked = await leases.withLeases(async (guard) => {
      // They can be restored from now on, also by another server.
      const needed = read.flatMap((manifest) =>
        referencesIn(manifest).map(({ target }) => target.digest),
      )
      await guard.intend([...slice.map(([digest]) => digest), ...needed])
      return await checkAllReferences(objects, guard, repository, read)
    })
    for (const { missing } of checked) for (const digest of missing) missingBlobs.add(digest)
    await pause()
  }
  return { manifests, missingBlobs: [...missingBlobs], bytes }
}

const typeOf = (reading: Present): string =>
  reading.kind === 'manifest' ? reading.manifest.mediaType : mediaTypeOf(reading.bytes).mediaType

/**
 * Leaves out manifests whose bytes are gone: there is nothing to keep, and the image was not whole
 * without them.
 */
async function readPresent(
  objects: TrashOptions['objects'],
  digests: readonly Digest[],
): Promise<ReadonlyMap<Digest, Present>> {
  const readings = await readManifests(objects, digests)
  const present = new Map<Digest, Present>()
  for (const [position, digest] of digests.entries()) {
    const reading = readings[position]
    if (reading?.kind === 'unreadable' && reading.isDenied) {
      throw new StoreError('DENIED', blobFile(digest))
    }
    if (reading?.kind === 'manifest' || reading?.kind === 'opaque') present.set(digest, reading)
  }
  return present
}
