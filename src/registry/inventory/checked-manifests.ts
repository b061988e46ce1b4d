import { splitDigest, type Digest } from '#domain/values/digest.ts'
import {
  packParsedManifests,
  type ManifestReadResult,
  type ParsedManifestTable,
} from '#graph/packed/parsed-manifests.ts'
import type { ManifestBatch } from '#gc/ports/registry-reader.ts'
import { unpackDigests } from '#domain/values/packed-digests.ts'
import type { CreateDigester, Digester } from '#storage/digester.ts'
import { blobFile, blobFolder } from '../layout.ts'
import { digestsNamedIn } from '../manifests/digests-in-bytes.ts'
import { readManifests, type ManifestBytesReadResult } from '../manifests/manifest-reading.ts'
import { errorOfKey, type GetOutcome, type ObjectReader } from '#storage/object-store.ts'
import { missingOutcome } from '#storage/single-object.ts'
import type { ObjectScanner } from '#storage/scanner.ts'
import type { Bytes } from '#storage/bytes.ts'
import { errorOf, scanFolders, type StoreReads } from './scan-folders.ts'

/**
 * Immutable bytes with the digest that they were found to have. Each plan over a storage in memory
 * reads the same bytes, and in a page hashing them takes longer than all other work on them.
 */
const digestsFound = new WeakMap<Bytes, Digest>()

const hidden: ManifestReadResult = {
  kind: 'unreadable',
  reason: 'something that is no file stands where its bytes should be',
}

/** Reads manifests for a collection, and checks each against its digest. */
export function createCheckedManifests(
  { objects, scanner }: StoreReads,
  createDigester: CreateDigester,
): (requested: ManifestBatch) => Promise<ParsedManifestTable> {
  const digesters = new Map<string, Digester>()

  function digestOfBytes(bytes: Bytes, digest: Digest): Digest {
    const { algorithm } = splitDigest(digest)
    const digester = digesters.get(algorithm) ?? createDigester(algorithm)
    digesters.set(algorithm, digester)
    return digester.digestOf(bytes)
  }

  function checked(
    found: Extract<ManifestBytesReadResult, { bytes: Bytes }>,
    digest: Digest,
  ): ManifestReadResult {
    const { bytes } = found
    const isKnown = digestsFound.get(bytes) === digest
    const actual = isKnown ? digest : digestOfBytes(bytes, digest)
    if (!isKnown) digestsFound.set(bytes, actual)
    if (actual !== digest) {
      const reason = `what is stored there is ${actual}`
      const why = found.kind === 'opaque' ? `${found.reason}; ${reason}` : reason
      return { kind: 'unreadable', reason: why }
    }
    if (found.kind === 'manifest') return found
    const { kind, reason, sizeBytes } = found
    return { kind, reason, sizeBytes, names: digestsNamedIn(bytes) }
  }

  return async ({ digests, listed }) => {
    const all = unpackDigests(digests)
    const results = Array.from<ManifestReadResult>({ length: all.length })
    const missing: number[] = []
    for (const isListed of [1, 0]) {
      const positions = [...all.keys()].filter((position) => listed[position] === isListed)
      if (positions.length === 0) continue
      const asked = positions.map((position) => all[position] as Digest)
      const found = await readManifests(strictReader(objects, isListed === 1), asked)
      for (const [nth, position] of positions.entries()) {
        const one = found[nth] as ManifestBytesReadResult
        if (one.kind === 'missing') missing.push(position)
        results[position] = 'bytes' in one ? checked(one, asked[nth] as Digest) : one
      }
    }
    const absent = missing.map((position) => all[position] as Digest)
    for (const [nth, isThere] of (await areThere(scanner, absent)).entries()) {
      if (isThere) results[missing[nth] as number] = hidden
    }
    return packParsedManifests(results)
  }
}

/**
 * Rejects where lack of rights hides whether there is a blob at all: that stops a collection. A blob
 * that may only not be read keeps what links it.
 */
const strictReader = (objects: ObjectReader, listed: boolean): Pick<ObjectReader, 'getMany'> => ({
  async getMany(keys, options) {
    const outcomes = await objects.getMany(keys, { ...options, listed })
    const denied = keys.filter((_, position) => isDenied(outcomes[position]))
    if (denied.length === 0) return outcomes
    const heads = await objects.headMany(denied, { listed })
    for (const [position, key] of denied.entries()) {
      const head = heads[position] ?? missingOutcome(key)
      if (head.kind === 'failed') throw errorOfKey(head, key)
    }
    return outcomes
  },
})

const isDenied = (outcome: GetOutcome | undefined): boolean =>
  outcome?.kind === 'failed' && outcome.code === 'DENIED'

/**
 * Whether something is in the place of each of these blobs, or on the way there, that is no file,
 * such as a symbolic link. It is never followed, so the blob looks absent, and what the blob leads
 * to would count as garbage.
 */
async function areThere(
  scanner: ObjectScanner,
  digests: readonly Digest[],
): Promise<readonly boolean[]> {
  const scanned = await scanFolders(
    scanner,
    digests.map((digest) => ({ folder: blobFolder(digest) })),
  )
  return scanned.map((found, position) => {
    if (found.hiddenBy?.obstacle === 'no permission') throw errorOf(found.hiddenBy)
    const digest = digests[position] as Digest
    const data = blobFile(digest).slice(blobFolder(digest).length + 1)
    // A file there was written after the first look, and counts as unread.
    const names = [...found.folders, ...found.files, ...found.others]
    return found.hiddenBy !== null || names.includes(data)
  })
}
