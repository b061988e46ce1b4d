import { splitDigest, type Digest } from '#domain/values/digest.ts'
import { maximumManifestBytes } from '#domain/manifest/manifest.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { blobFile } from '../layout.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import { bytesUnlessGone, type Bytes, type Storage } from '#storage/storage.ts'
import { readFromTrashCopy } from './trash-copy.ts'
import type { FiledManifest, TrashFile } from './trash-file.ts'

export interface ManifestPorts {
  readonly storage: Storage
  readonly objects: ObjectStore
  readonly createDigester: CreateDigester
}

export function hasDigest(createDigester: CreateDigester, digest: Digest, bytes: Bytes): boolean {
  const digester = createDigester(splitDigest(digest).algorithm)
  digester.update(bytes)
  return digester.digest() === digest
}

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

export interface TrashedBytes {
  readonly bytes: Bytes
  /** Whether they are in their place, among the blobs. */
  readonly isInPlace: boolean
}

/**
 * The bytes of a manifest in the trash, checked against its digest; null where none match. Rejects
 * where storage cannot tell.
 */
export async function readTrashedManifest(
  { storage, objects, createDigester }: ManifestPorts,
  file: TrashFile,
  position: number,
): Promise<TrashedBytes | null> {
  const manifest = file.manifests[position]
  if (manifest === undefined) return null
  const isIt = (bytes: Bytes) => hasDigest(createDigester, manifest.digest, bytes)
  const blob = await storage.open(blobFile(manifest.digest), { whole: true })
  const inPlace =
    blob !== null && blob.sizeBytes <= maximumManifestBytes ? await bytesUnlessGone(blob) : null
  if (inPlace !== null && isIt(inPlace)) return { bytes: inPlace, isInPlace: true }
  const kept = bytesInEntry(manifest) ?? (await readFromTrashCopy(objects, file, position))
  return kept !== null && isIt(kept) ? { bytes: kept, isInPlace: false } : null
}

/** The same, and writes the bytes back to their place among the blobs. */
export async function mendTrashedManifest(
  ports: ManifestPorts,
  file: TrashFile,
  position: number,
): Promise<Bytes | null> {
  const found = await readTrashedManifest(ports, file, position)
  const digest = file.manifests[position]?.digest
  if (found === null || digest === undefined) return null
  if (!found.isInPlace) await ports.storage.write(blobFile(digest), found.bytes)
  return found.bytes
}
