import { allKnown, whenKnown, type Awaitable } from '#domain/values/awaitable.ts'
import { splitDigest, type Digest } from '#domain/values/digest.ts'
import {
  packParsedManifests,
  type ManifestReadResult,
  type ParsedManifestTable,
} from '#gc/ports/parsed-manifests.ts'
import type { ManifestBatch } from '#gc/ports/registry-reader.ts'
import { unpackDigests } from '#domain/values/packed-digests.ts'
import type { CreateDigester, Digester } from '#storage/digester.ts'
import { createHiddenBlobs } from './hidden-blobs.ts'
import { readManifest } from '../manifests/manifest-reading.ts'
import { digestsNamedIn } from '../manifests/digests-in-bytes.ts'
import type { Bytes, StorageReader } from '#storage/storage.ts'

/**
 * Immutable bytes with the digest that they were found to have. Each plan over a storage in memory
 * reads the same bytes, and in a page hashing them takes longer than all other work on them.
 */
const digestsFound = new WeakMap<Bytes, Digest>()

/** Reads manifests for a collection, and checks each against its digest. */
export function createCheckedManifests(
  storage: StorageReader,
  createDigester: CreateDigester,
): (requested: ManifestBatch) => Awaitable<ParsedManifestTable> {
  const digesters = new Map<string, Digester>()
  const isHidden = createHiddenBlobs(storage)

  function digestOfBytes(bytes: Bytes, digest: Digest): Digest {
    const { algorithm } = splitDigest(digest)
    const digester = digesters.get(algorithm) ?? createDigester(algorithm)
    digesters.set(algorithm, digester)
    digester.restart()
    digester.update(bytes)
    return digester.digest()
  }

  const missingUnlessHidden = async (digest: Digest): Promise<ManifestReadResult> =>
    (await isHidden(digest))
      ? { kind: 'unreadable', reason: 'something that is no file stands where its bytes should be' }
      : { kind: 'missing' }

  const read = (digest: Digest, wasListed: boolean): Awaitable<ManifestReadResult> =>
    whenKnown(readManifest(storage, digest, wasListed), (found): Awaitable<ManifestReadResult> => {
      if (found.kind === 'unreadable') return found
      if (found.kind === 'missing') return missingUnlessHidden(digest)
      const { bytes, isShared } = found
      const isKnown = isShared && digestsFound.get(bytes) === digest
      const actual = isKnown ? digest : digestOfBytes(bytes, digest)
      if (isShared && !isKnown) digestsFound.set(bytes, actual)
      if (actual !== digest) {
        const reason = `what is stored there is ${actual}`
        const why = found.kind === 'opaque' ? `${found.reason}; ${reason}` : reason
        return { kind: 'unreadable', reason: why }
      }
      if (found.kind === 'manifest') return found
      const { kind, reason, sizeBytes } = found
      return { kind, reason, sizeBytes, names: digestsNamedIn(bytes) }
    })

  return ({ digests, listed }) => {
    const reads = unpackDigests(digests).map((digest, position) =>
      read(digest, listed[position] === 1),
    )
    return whenKnown(allKnown(reads), packParsedManifests)
  }
}
