import { createSerialQueue } from '#coordination/serial-queue.ts'
import type { ManifestReadResult } from '#graph/packed/parsed-manifests.ts'
import type { Digest } from '#domain/values/digest.ts'
import {
  maximumManifestBytes,
  parseManifest,
  parseStoredManifest,
} from '#domain/manifest/manifest.ts'
import { ok, err } from '#domain/values/result.ts'
import { blobFile } from '../layout.ts'
import { errorOfKey, type GetOutcome, type ObjectReader } from '#storage/object-store.ts'
import { missingOutcome, readOrNull } from '#storage/single-object.ts'
import type { Bytes } from '#storage/bytes.ts'
import { StoreError } from '#storage/errors.ts'

interface WithBytes {
  /** They never change: a store in memory may share them. */
  readonly bytes: Bytes
}

/** How bytes read as a manifest. Nothing checks here that they match their digest. */
export type ManifestBytesReadResult =
  | (Extract<ManifestReadResult, { kind: 'manifest' }> & WithBytes)
  | (Omit<Extract<ManifestReadResult, { kind: 'opaque' }>, 'names'> & WithBytes)
  | (Extract<ManifestReadResult, { kind: 'unreadable' }> & {
      /** The file exists, and lack of rights keeps it from being read; its bytes may be whole. */
      readonly isDenied?: true
    })
  | (Extract<ManifestReadResult, { kind: 'missing' }> & {
      /** Something that is no file stands on its path, or in its place. It is never followed. */
      readonly isHidden?: true
    })

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })
const looseUtf8 = new TextDecoder('utf-8')
const [space, openingBrace] = [0x20, 0x7b]

/**
 * Whether the first visible character is one that a manifest begins with: this rules out most
 * blobs.
 */
const mayBeObject = (bytes: Bytes): boolean => bytes.find((byte) => byte > space) === openingBrace

/** The UTF-8 text of the bytes, or null if they are not valid. */
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

/**
 * Parses the manifest that a client sends. Refuses what some clients could not read, or would read
 * differently.
 */
export function parsePushedBytes(bytes: Bytes): ReturnType<typeof parseManifest> {
  if (hasByteOrderMark(bytes)) {
    const message =
      'the manifest begins with a byte order mark, which most clients cannot read: save it without'
    return err({ code: 'MANIFEST_INVALID', message })
  }
  const text = decodeText(bytes)
  return parseManifest(text ?? '')
}

/**
 * Parses bytes from storage, which any software may have written: only the bytes tell their kind.
 * If readers would take the bytes differently, the result covers every reading.
 */
export function parseManifestBytes(bytes: Bytes): ReturnType<typeof parseManifest> {
  const text = decodeText(bytes)
  // Go replaces invalid UTF-8, so Distribution has stored manifests that contain some.
  const parsed = parseStoredManifest(text ?? (mayBeObject(bytes) ? looseUtf8.decode(bytes) : ''))
  if (!parsed.ok) return parsed
  if (text === null) return ok({ oddity: 'it is no text in UTF-8', ...parsed.value })
  if (!hasByteOrderMark(bytes)) return parsed
  const oddity = 'it begins with a byte order mark, which most clients cannot read: save it without'
  return ok({ oddity, ...parsed.value })
}

type FileReading =
  | ({ readonly kind: 'read' } & WithBytes)
  | Exclude<ManifestBytesReadResult, WithBytes>

/** Reading and parsing this many bytes takes a few milliseconds. */
const largeBytes = 512 * 1024

/**
 * Reads one large file after the other, for all requests together. Files that are read at the same
 * time would be parsed at the same time, and no other request would run until then.
 */
const inTurn = createSerialQueue()

function understood({ bytes }: WithBytes): ManifestBytesReadResult {
  const sizeBytes = bytes.length
  const opaque = (reason: string) => ({ kind: 'opaque', reason, sizeBytes, bytes }) as const
  if (sizeBytes === 0) return opaque('the file is empty')
  const parsed = parseManifestBytes(bytes)
  if (!parsed.ok) return opaque(parsed.refusal.message)
  return { kind: 'manifest', manifest: parsed.value, sizeBytes, bytes }
}

const denied = { kind: 'unreadable', reason: 'the file may not be read', isDenied: true } as const

/** The bytes of one manifest, as far as the store gives them. */
function readingOf(outcome: GetOutcome, digest: Digest): FileReading | StoreError {
  switch (outcome.kind) {
    case 'found':
      return { kind: 'read', bytes: outcome.bytes }
    case 'too large':
      return { kind: 'unreadable', reason: `the file has ${outcome.sizeBytes} bytes` }
    case 'absent':
      return { kind: 'missing' }
    case 'hidden':
      return outcome.obstacle === 'no permission' ? denied : { kind: 'missing', isHidden: true }
    case 'failed':
      if (outcome.code === 'DENIED') return denied
      return errorOfKey(outcome, blobFile(digest))
  }
}

/** The object of a manifest, read with others; a large one is read now, in its turn. */
async function completed(
  objects: Pick<ObjectReader, 'getMany'>,
  digest: Digest,
  outcome: GetOutcome | undefined,
): Promise<FileReading | StoreError> {
  const isLarge = outcome?.kind === 'too large' && outcome.sizeBytes <= maximumManifestBytes
  const whole = isLarge ? await inTurn(() => readLarge(objects, blobFile(digest))) : outcome
  return readingOf(whole ?? missingOutcome(blobFile(digest)), digest)
}

/**
 * Reads the bytes of a manifest from the blobs, and in the same call whether there is an object at
 * another key: the link of the manifest. Throws `StoreError` where the store fails.
 */
export async function readLinkedBytes(
  objects: Pick<ObjectReader, 'getMany'>,
  digest: Digest,
  link: string,
): Promise<{ readonly isLinked: boolean; readonly file: FileReading }> {
  const keys = [link, blobFile(digest)]
  const [linked, outcome] = await objects.getMany(keys, { maximumBytes: largeBytes })
  const isLinked = readOrNull(linked ?? missingOutcome(link), link) !== null
  const file = isLinked ? await completed(objects, digest, outcome) : ({ kind: 'missing' } as const)
  if (file instanceof StoreError) throw file
  return { isLinked, file }
}

/**
 * Reads manifests from the blobs, without regard to the repositories that link them: as many results
 * as digests, in their order. Holds all of them in memory at once. Throws `StoreError` where the
 * store fails for one of them.
 */
export async function readManifests(
  objects: Pick<ObjectReader, 'getMany'>,
  digests: readonly Digest[],
): Promise<readonly ManifestBytesReadResult[]> {
  const readings = await readManifestsForList(objects, digests)
  return readings.map((reading) => {
    if (reading instanceof StoreError) throw reading
    return reading
  })
}

/** The same for lists: the error of one manifest is its result, and the others have theirs. */
export async function readManifestsForList(
  objects: Pick<ObjectReader, 'getMany'>,
  digests: readonly Digest[],
): Promise<readonly (ManifestBytesReadResult | StoreError)[]> {
  const keys = digests.map(blobFile)
  const outcomes = await objects.getMany(keys, { maximumBytes: largeBytes })
  return await Promise.all(
    digests.map(async (digest, position): Promise<ManifestBytesReadResult | StoreError> => {
      const reading = await completed(objects, digest, outcomes[position])
      return 'bytes' in reading ? understood(reading) : reading
    }),
  )
}

async function readLarge(objects: Pick<ObjectReader, 'getMany'>, key: string): Promise<GetOutcome> {
  const [outcome = missingOutcome(key)] = await objects.getMany([key], {
    maximumBytes: maximumManifestBytes,
  })
  return outcome
}
