import type { ManifestReading } from '#collector/ports.ts'
import type { Digest } from '#domain/digest.ts'
import { maximumManifestBytes, parseManifest } from '#domain/manifest.ts'
import { blobFile } from './layout.ts'
import { StorageError, type Bytes, type StorageReader } from './storage.ts'

export type ManifestBytesReading =
  | (Extract<ManifestReading, { kind: 'manifest' }> & { readonly bytes: Bytes })
  | Exclude<ManifestReading, { kind: 'manifest' }>

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/** Text of UTF-8, or null for other bytes. */
function decodeText(bytes: Bytes): string | null {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return null
  }
}

/** Parses bytes as what a registry stores: nothing but the bytes says what kind they are. */
export function parseManifestBytes(bytes: Bytes): ReturnType<typeof parseManifest> {
  const text = decodeText(bytes)
  return parseManifest(text ?? '')
}

/** Reads a manifest from the blobs, whichever repositories link it. */
export async function readManifest(
  storage: StorageReader,
  digest: Digest,
): Promise<ManifestBytesReading> {
  const file = await storage.open(blobFile(digest), { whole: true })
  if (file === null) return { kind: 'missing' }
  if (file.sizeBytes === 0) return { kind: 'unreadable', reason: 'the file is empty' }
  if (file.sizeBytes > maximumManifestBytes) {
    return { kind: 'unreadable', reason: `the file has ${file.sizeBytes} bytes` }
  }
  let bytes: Bytes
  try {
    bytes = await file.bytes()
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== 'DENIED') throw error
    return { kind: 'unreadable', reason: 'the file may not be read' }
  }
  const parsed = parseManifestBytes(bytes)
  if (!parsed.ok) return { kind: 'unreadable', reason: parsed.refusal.message }
  return { kind: 'manifest', manifest: parsed.value, sizeBytes: bytes.length, bytes }
}
