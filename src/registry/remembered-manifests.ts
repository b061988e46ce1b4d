import { isDigest, type Digest } from '#domain/digest.ts'
import type { Bytes } from './storage.ts'

/** A manifest's bytes, and the stamp that its file had when they were read. */
export interface RememberedManifest {
  readonly stamp: string
  readonly bytes: Bytes
}

/*
 * The form of the file: a line that says what it is; then for each manifest a line with its digest,
 * its length and its stamp, its bytes, and a line break. Nothing in it is believed: what the bytes
 * are is told by their digest, and whether they are still on storage by the stamp.
 */

const title = 'jetsam manifests 1'
const lineBreak = 0x0a
/** No heading is longer; a stamp is a handful of numbers. */
const maximumHeadingBytes = 512
const stampPattern = /^[!-~]{1,200}$/

/** Larger than this it is not written, and not read: some twenty thousand manifests. */
export const maximumMemoryBytes = 32 * 1024 * 1024

/** The manifests as one file, as many as fit. */
export function encodeManifests(
  manifests: Iterable<readonly [Digest, RememberedManifest]>,
  maximumBytes: number = maximumMemoryBytes,
): Bytes {
  const encoder = new TextEncoder()
  const parts: Uint8Array[] = [encoder.encode(`${title}\n`)]
  let length = parts[0]?.length ?? 0
  for (const [digest, { stamp, bytes }] of manifests) {
    if (!stampPattern.test(stamp)) continue
    const heading = encoder.encode(`${digest} ${bytes.length} ${stamp}\n`)
    const added = heading.length + bytes.length + 1
    if (length + added > maximumBytes) continue
    parts.push(heading, bytes, Uint8Array.of(lineBreak))
    length += added
  }
  const file = new Uint8Array(length)
  let position = 0
  for (const part of parts) {
    file.set(part, position)
    position += part.length
  }
  return file
}

/** What such a file holds, without copies of the bytes; null where anything in it is odd. */
export function decodeManifests(file: Bytes): Map<Digest, RememberedManifest> | null {
  const decoder = new TextDecoder('latin1')
  let position = 0

  function line(): string | null {
    const end = file.indexOf(lineBreak, position)
    if (end < 0 || end - position > maximumHeadingBytes) return null
    const text = decoder.decode(file.subarray(position, end))
    position = end + 1
    return text
  }

  if (line() !== title) return null
  const manifests = new Map<Digest, RememberedManifest>()
  while (position < file.length) {
    const [digest, length = '', stamp = '', ...more] = line()?.split(' ') ?? []
    if (!isDigest(digest) || manifests.has(digest) || more.length > 0) return null
    if (!/^[1-9]\d{0,6}$/.test(length) || !stampPattern.test(stamp)) return null
    const end = position + Number(length)
    if (file[end] !== lineBreak) return null
    manifests.set(digest, { stamp, bytes: file.subarray(position, end) })
    position = end + 1
  }
  return manifests
}
