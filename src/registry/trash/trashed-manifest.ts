import { splitDigest, type Digest } from '#domain/values/digest.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { maximumManifestBytes } from '#domain/manifest/manifest.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { blobFile } from '../layout.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import { missingOutcome, readOrNull } from '#storage/single-object.ts'
import type { Bytes } from '#storage/bytes.ts'
import { readFromTrashCopy } from './trash-copy.ts'
import type { FiledManifest, TrashFile } from './trash-file.ts'

export interface ManifestPorts {
  readonly objects: ObjectStore
  readonly createDigester: CreateDigester
}

export const hasDigest = (createDigester: CreateDigester, digest: Digest, bytes: Bytes): boolean =>
  createDigester(splitDigest(digest).algorithm).digestOf(bytes) === digest

/** Throws if the text is no base64. */
function decodeBase64(text: string): Bytes {
  const characters = atob(text)
  const bytes = new Uint8Array(characters.length)
  for (let position = 0; position < bytes.length; position += 1) {
    bytes[position] = characters.charCodeAt(position)
  }
  return bytes
}

/** The bytes in an entry of the first version; null where it has none. */
function bytesInEntry({ base64 }: FiledManifest): Bytes | null {
  try {
    return base64 === null ? null : decodeBase64(base64)
  } catch {
    return null
  }
}

interface TrashedBytes {
  readonly bytes: Bytes
  /** Whether they are in their place, among the blobs. */
  readonly isInPlace: boolean
}

/** Few enough to be in memory at once, even if each has the maximum size. */
const readAtOnce = 16

/**
 * The bytes of the manifests of an entry, checked against their digests; null where none match. As
 * many results as manifests, in their order. Rejects where storage cannot tell.
 */
export async function readTrashedManifests(
  ports: ManifestPorts,
  file: TrashFile,
): Promise<readonly (TrashedBytes | null)[]> {
  const results: (TrashedBytes | null)[] = []
  for (const slice of inSlices(file.manifests, readAtOnce)) {
    const keys = slice.map(({ digest }) => blobFile(digest))
    const blobs = await ports.objects.getMany(keys, { maximumBytes: maximumManifestBytes })
    for (const [at, { digest }] of slice.entries()) {
      const key = blobFile(digest)
      const blob = readOrNull(blobs[at] ?? missingOutcome(key), key)
      const isWhole = blob?.kind === 'found' && hasDigest(ports.createDigester, digest, blob.bytes)
      results.push(
        isWhole
          ? { bytes: blob.bytes, isInPlace: true }
          : await readKept(ports, file, results.length),
      )
    }
  }
  return results
}

/** The bytes that the trash itself keeps of a manifest; null where it has none. */
async function readKept(
  { objects, createDigester }: ManifestPorts,
  file: TrashFile,
  position: number,
): Promise<TrashedBytes | null> {
  const manifest = file.manifests[position]
  if (manifest === undefined) return null
  const kept = bytesInEntry(manifest) ?? (await readFromTrashCopy(objects, file, position))
  const isIt = kept !== null && hasDigest(createDigester, manifest.digest, kept)
  return isIt ? { bytes: kept, isInPlace: false } : null
}

/** The same, and writes the bytes back to their places among the blobs. */
export async function mendTrashedManifests(
  { objects, ...ports }: ManifestPorts,
  file: TrashFile,
): Promise<readonly (Bytes | null)[]> {
  const found = await readTrashedManifests({ objects, ...ports }, file)
  for (const [position, { digest }] of file.manifests.entries()) {
    const kept = found[position] ?? null
    if (kept !== null && !kept.isInPlace) await objects.put(blobFile(digest), kept.bytes)
  }
  return found.map((kept) => kept && kept.bytes)
}
