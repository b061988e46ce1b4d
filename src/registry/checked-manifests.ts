import { allKnown, whenKnown, type Awaitable } from '#domain/awaitable.ts'
import { splitDigest, type Digest } from '#domain/digest.ts'
import {
  packReadings,
  type ManifestReading,
  type ManifestReadings,
} from '#collector/manifest-readings.ts'
import type { ManifestQuestions } from '#collector/ports.ts'
import { unpackDigests } from '#domain/packed-digests.ts'
import type { CreateDigester, Digester } from './digester.ts'
import { blobFile } from './layout.ts'
import {
  createRecall,
  whenRecalled,
  type ManifestMemory,
  type ManifestOrigin,
} from './manifest-memory.ts'
import { readManifest, understood } from './manifest-reading.ts'
import type { RememberedManifest } from './remembered-manifests.ts'
import type { Bytes, StorageReader, StoredFile } from './storage.ts'

/** Beside the manifests where they came from, for those that are to be remembered. */
export interface CheckedReadings extends ManifestReadings {
  readonly origins: readonly (readonly [position: number, origin: ManifestOrigin])[]
}

interface Checked {
  readonly reading: ManifestReading
  readonly origin: ManifestOrigin | null
}

/**
 * Bytes that never change, with the digest that they were found to have. Each plan over a storage in
 * memory looks at the same ones, and hashing them in a page takes longer than all else that is done
 * with them.
 */
const digestsFound = new WeakMap<Bytes, Digest>()

/** Reads manifests for a collection, each with a look whether its bytes are those of its digest. */
export function createCheckedManifests(
  storage: StorageReader,
  createDigester: CreateDigester,
  memory: ManifestMemory,
): (asked: ManifestQuestions) => Awaitable<CheckedReadings> {
  const recall = memory === 'unused' ? null : createRecall(storage)
  const keeps = memory === 'kept'

  const digesters = new Map<string, Digester>()

  function digestOfBytes(bytes: Bytes, digest: Digest): Digest {
    const { algorithm } = splitDigest(digest)
    const digester = digesters.get(algorithm) ?? createDigester(algorithm)
    digesters.set(algorithm, digester)
    digester.restart()
    digester.update(bytes)
    return digester.digest()
  }

  const fromStorage = (digest: Digest, wasListed: boolean): Awaitable<Checked> =>
    whenKnown(readManifest(storage, digest, wasListed), (found): Checked => {
      if (found.kind !== 'manifest') return { reading: found, origin: null }
      const { bytes, stamp, isShared } = found
      const isKnown = isShared && digestsFound.get(bytes) === digest
      const actual = isKnown ? digest : digestOfBytes(bytes, digest)
      if (isShared && !isKnown) digestsFound.set(bytes, actual)
      if (actual !== digest) {
        const reason = `what is stored there is ${actual}`
        return { reading: { kind: 'unreadable', reason }, origin: null }
      }
      const isWorthIt = keeps && wasListed && stamp !== null
      return { reading: found, origin: isWorthIt ? { stamp, bytes } : null }
    })

  /**
   * The bytes that are remembered, if they are those of the digest, and if the file is what it was
   * when they were read. Else null, and the file is read as if nothing were remembered.
   */
  function fromMemory(
    digest: Digest,
    { stamp, bytes }: RememberedManifest,
    file: StoredFile | null,
    all: Map<Digest, RememberedManifest>,
  ): Checked | null {
    if (file === null || file.sizeBytes !== bytes.length || file.stamp?.() !== stamp) return null
    const reading = digestOfBytes(bytes, digest) === digest ? understood(bytes, stamp) : null
    if (reading?.kind !== 'manifest') {
      // Somebody else wrote this, or a disk lost it: the rest of it is no better.
      all.clear()
      return null
    }
    return { reading, origin: keeps ? 'memory' : null }
  }

  const read = (digest: Digest, wasListed: boolean): Awaitable<Checked> =>
    recall === null || !wasListed
      ? fromStorage(digest, wasListed)
      : whenRecalled(recall, digest, (found, all) =>
          found === null
            ? fromStorage(digest, true)
            : whenKnown(
                storage.open(blobFile(digest), { folderSeen: true }),
                (file) => fromMemory(digest, found, file, all) ?? fromStorage(digest, true),
              ),
        )

  return ({ digests, listed }) => {
    const reads = unpackDigests(digests).map((digest, position) =>
      read(digest, listed[position] === 1),
    )
    return whenKnown(allKnown(reads), (checked) => ({
      ...packReadings(checked.map(({ reading }) => reading)),
      origins: [...checked.entries()].flatMap(([position, { origin }]) =>
        origin === null ? [] : [[position, origin] as const],
      ),
    }))
  }
}
