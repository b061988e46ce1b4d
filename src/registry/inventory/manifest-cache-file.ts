import type { ParsedManifestTable } from '#graph/packed/parsed-manifests.ts'
import {
  digestAt,
  readWords,
  wordsInDigest,
  type PackedDigests,
} from '#domain/values/packed-digests.ts'
import { joinBytes } from '#domain/values/join-bytes.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { Bytes } from '#storage/bytes.ts'

/** Manifests, and what they lead to. All digests are sha256. */
export interface CachedManifests {
  readonly digests: PackedDigests
  readonly table: ParsedManifestTable
}

/** The sha256 digest of bytes. */
export type HashBytes = (bytes: Bytes) => Digest

/*
 * The format of the file: one line with its title and the build that wrote it; then pieces of a few
 * hundred manifests each. A line with the digest and the length of a piece comes before its bytes.
 * A piece has its columns one after the other as they are in memory, the widest numbers first, so
 * that each column is aligned.
 */

const title = 'jetsam manifests 2'
const lineBreak = 0x0a
/** No heading is longer. */
const maximumHeadingBytes = 256
/** The byte order marker, then the numbers of manifests, targets and subjects. */
const numbersBefore = 4
const byteOrderMarker = 0x01020304

const encoder = new TextEncoder()
const decoder = new TextDecoder('latin1')

/**
 * The first line of a file.
 * @param writerVersion the build of the program: entries of another build do not count
 */
export const cacheHeader = (writerVersion: string): Bytes =>
  encoder.encode(`${title} ${writerVersion}\n`)

interface Counts {
  readonly manifests: number
  readonly targets: number
  readonly subjects: number
}

/** The columns of a piece, over a buffer of exactly the size that they need. */
function columnsOver(buffer: ArrayBuffer, { manifests, targets, subjects }: Counts) {
  let at = numbersBefore * Int32Array.BYTES_PER_ELEMENT
  const wide = (length: number) => new Float64Array(buffer, (at += 8 * length) - 8 * length, length)
  const whole = (length: number) => new Int32Array(buffer, (at += 4 * length) - 4 * length, length)
  const flags = (length: number) => new Uint8Array(buffer, (at += length) - length, length)
  return {
    sizes: wide(manifests),
    targetSizes: wide(targets),
    digests: whole(manifests * wordsInDigest),
    ends: whole(manifests),
    targets: whole(targets * wordsInDigest),
    subjectPositions: whole(subjects),
    subjects: whole(subjects * wordsInDigest),
    kinds: flags(manifests),
    targetKinds: flags(targets),
  }
}

const manifestBytes = 8 + 4 * wordsInDigest + 4 + 1
const targetBytes = 8 + 4 * wordsInDigest + 1
const subjectBytes = 4 + 4 * wordsInDigest

const bytesOf = ({ manifests, targets, subjects }: Counts): number =>
  numbersBefore * Int32Array.BYTES_PER_ELEMENT +
  manifests * manifestBytes +
  targets * targetBytes +
  subjects * subjectBytes

/** How many bytes a manifest adds to a piece. */
export const encodedBytes = (targets: number, hasSubject: boolean): number =>
  manifestBytes + targets * targetBytes + (hasSubject ? subjectBytes : 0)

/** Encodes a piece, with its heading. */
export function encodePiece({ digests, table }: CachedManifests, hash: HashBytes): Bytes {
  const counts: Counts = {
    manifests: table.kinds.length,
    targets: table.targetKinds.length,
    subjects: table.subjects.length,
  }
  const buffer = new ArrayBuffer(bytesOf(counts))
  const numbers = [byteOrderMarker, counts.manifests, counts.targets, counts.subjects]
  new Int32Array(buffer, 0, numbersBefore).set(numbers)
  const columns = columnsOver(buffer, counts)
  columns.sizes.set(table.sizes)
  columns.targetSizes.set(table.targetSizes)
  columns.digests.set(digests.words)
  columns.ends.set(table.ends)
  columns.targets.set(table.targets.words)
  for (const [nth, [position, subject]] of table.subjects.entries()) {
    columns.subjectPositions[nth] = position
    readWords(subject, columns.subjects, nth * wordsInDigest)
  }
  columns.kinds.set(table.kinds)
  columns.targetKinds.set(table.targetKinds)
  const body = new Uint8Array(buffer)
  return joinBytes([encoder.encode(`${hash(body)} ${body.length}\n`), body])
}

/** Decodes a piece with a correct digest; null where its bytes cannot be a piece. */
function decodePiece(body: Bytes): CachedManifests | null {
  if (body.length < numbersBefore * Int32Array.BYTES_PER_ELEMENT) return null
  const [order, manifests = 0, targets = 0, subjects = 0] = new Int32Array(
    body.buffer,
    0,
    numbersBefore,
  )
  const counts: Counts = { manifests, targets, subjects }
  if (order !== byteOrderMarker || bytesOf(counts) !== body.length) return null
  const columns = columnsOver(body.buffer, counts)
  const { sizes, ends, kinds, targetKinds, targetSizes } = columns
  return {
    digests: { words: columns.digests, others: [] },
    table: {
      kinds,
      sizes,
      ends,
      targets: { words: columns.targets, others: [] },
      targetKinds,
      targetSizes,
      subjects: Array.from(columns.subjectPositions, (position, nth) => [
        position,
        digestAt(columns.subjects, nth * wordsInDigest),
      ]),
      reasons: [],
    },
  }
}

/**
 * Yields the pieces of a file one by one, and null as the last where a piece is damaged. Yields
 * nothing from a file that another build wrote.
 */
export function* decodePieces(
  file: Bytes,
  writerVersion: string,
  hash: HashBytes,
): Generator<CachedManifests | null> {
  const head = cacheHeader(writerVersion)
  if (!head.every((byte, position) => file[position] === byte)) return
  let position = head.length
  while (position < file.length) {
    const end = file.indexOf(lineBreak, position)
    const isHeading = end >= 0 && end - position <= maximumHeadingBytes
    const heading = isHeading ? decoder.decode(file.subarray(position, end)) : ''
    const [, digest, length] = /^(sha256:[0-9a-f]{64}) ([1-9]\d{0,8})$/.exec(heading) ?? []
    const last = end + 1 + Number(length ?? NaN)
    // A copy, so that its columns are aligned.
    const body = last <= file.length ? file.slice(end + 1, last) : null
    const piece = body !== null && hash(body) === digest ? decodePiece(body) : null
    yield piece
    if (piece === null) return
    position = last
  }
}
