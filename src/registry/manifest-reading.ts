import { whenKnown, type Awaitable } from '#domain/awaitable.ts'
import type { ManifestReading } from '#collector/manifest-readings.ts'
import type { Digest } from '#domain/digest.ts'
import { maximumManifestBytes, parseManifest, parseStoredManifest } from '#domain/manifest.ts'
import { accepted, refused } from '#domain/parsed.ts'
import { blobFile } from './layout.ts'
import { StorageError, type Bytes, type StorageReader } from './storage.ts'

export type ManifestBytesReading =
  | (Extract<ManifestReading, { kind: 'manifest' }> & {
      readonly bytes: Bytes
      /** They are those of storage itself, as `StoredFile` has them: nobody ever changes them. */
      readonly isShared: boolean
    })
  | (Extract<ManifestReading, { kind: 'unreadable' }> & {
      /** Not what its bytes are keeps it from being read, but who may read them. */
      readonly isDenied?: true
    })
  | Extract<ManifestReading, { kind: 'missing' }>

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/** Text of UTF-8, or null for other bytes. */
function decodeText(bytes: Bytes): string | null {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return null
  }
}

const byteOrderMark = [0xef, 0xbb, 0xbf]
const hasByteOrderMark = (bytes: Bytes): boolean =>
  byteOrderMark.every((byte, position) => bytes[position] === byte)

/** Parses what a client sends. Refuses what some clients could not read, or would read otherwise. */
export function parsePushedBytes(bytes: Bytes): ReturnType<typeof parseManifest> {
  if (hasByteOrderMark(bytes)) {
    const message = 'the manifest begins with a byte order mark, which most clients cannot read'
    return refused({ code: 'MANIFEST_INVALID', message })
  }
  const text = decodeText(bytes)
  return parseManifest(text ?? '')
}

/**
 * Parses bytes as what a registry stores, whoever stored it: nothing but the bytes says what kind they
 * are. What readers take differently says all that any of them reads in it.
 */
export function parseManifestBytes(bytes: Bytes): ReturnType<typeof parseManifest> {
  const text = decodeText(bytes)
  const parsed = parseStoredManifest(text ?? '')
  if (!parsed.ok || !hasByteOrderMark(bytes)) return parsed
  const oddity = 'it begins with a byte order mark, which most clients cannot read'
  return accepted({ oddity, ...parsed.value })
}

/**
 * Reads a manifest from the blobs, whichever repositories link it.
 * @param folderSeen whether the folder that it lies in was just listed as one
 */
export function readManifest(
  storage: StorageReader,
  digest: Digest,
  folderSeen = false,
): Awaitable<ManifestBytesReading> {
  const opening = storage.open(blobFile(digest), { whole: true, folderSeen })
  return whenKnown(opening, (file): Awaitable<ManifestBytesReading> => {
    if (file === null) return { kind: 'missing' }
    if (file.sizeBytes === 0) return { kind: 'unreadable', reason: 'the file is empty' }
    if (file.sizeBytes > maximumManifestBytes) {
      return { kind: 'unreadable', reason: `the file has ${file.sizeBytes} bytes` }
    }
    const shared = file.shared?.()
    if (shared) return understood(shared, true)
    const bytes = file.bytes()
    return bytes instanceof Promise ? understoodLater(bytes) : understood(bytes)
  })
}

async function understoodLater(reading: Promise<Bytes>): Promise<ManifestBytesReading> {
  try {
    return understood(await reading)
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== 'DENIED') throw error
    return { kind: 'unreadable', reason: 'the file may not be read', isDenied: true }
  }
}

function understood(bytes: Bytes, isShared = false): ManifestBytesReading {
  const parsed = parseManifestBytes(bytes)
  if (!parsed.ok) return { kind: 'unreadable', reason: parsed.refusal.message }
  const manifest = parsed.value
  return { kind: 'manifest', manifest, sizeBytes: bytes.length, bytes, isShared }
}
