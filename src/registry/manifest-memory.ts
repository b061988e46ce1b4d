import { whenKnown, type Awaitable } from '#domain/awaitable.ts'
import type { Digest } from '#domain/digest.ts'
import { manifestMemoryFile } from './layout.ts'
import {
  decodeManifests,
  encodeManifests,
  maximumMemoryBytes,
  type RememberedManifest,
} from './remembered-manifests.ts'
import type { Storage, StorageReader } from './storage.ts'

/**
 * What becomes of manifests that an earlier inventory has read, and of those that this one reads.
 * Bytes are handed on only where somebody keeps them.
 */
export type ManifestMemory = 'unused' | 'read' | 'kept'

type Remembered = Map<Digest, RememberedManifest>

/** What storage remembers of its manifests; nothing where that cannot be read or understood. */
async function readMemory(storage: StorageReader): Promise<Remembered> {
  try {
    const file = await storage.open(manifestMemoryFile)
    if (file === null || file.sizeBytes > maximumMemoryBytes) return new Map()
    return decodeManifests(await file.bytes()) ?? new Map()
  } catch {
    // It only saves time.
    return new Map()
  }
}

/** Reads the memory when it is first asked for, once. */
export function createRecall(storage: StorageReader): () => Awaitable<Remembered> {
  let known: Remembered | null = null
  let reading: Promise<Remembered> | null = null
  return () => {
    reading ??= readMemory(storage).then((read) => (known = read))
    return known ?? reading
  }
}

/** How an inventory came by a manifest: from memory, or from these bytes. */
export type ManifestOrigin = 'memory' | RememberedManifest

/** Gathers what one inventory reads, for the next one. */
export interface ManifestKeeper {
  /** Forgets what was gathered: a new inventory begins. */
  begin(): void
  note(digest: Digest, origin: ManifestOrigin): void
  /** Ends the gathering, and writes it down if that pays. Never rejects: it is no loss. */
  save(): Promise<void>
}

/** Written again only when one in so many manifests is new. */
const worthWriting = 50

export function createManifestKeeper(storage: Storage): ManifestKeeper {
  let isGathering = false
  let recalled = new Set<Digest>()
  let fresh: Remembered = new Map()
  let freshBytes = 0

  function begin(): void {
    isGathering = true
    recalled = new Set()
    fresh = new Map()
    freshBytes = 0
  }

  return {
    begin,
    note(digest, origin) {
      if (!isGathering) return
      if (origin === 'memory') recalled.add(digest)
      else if (freshBytes + origin.bytes.length <= maximumMemoryBytes) {
        fresh.set(digest, origin)
        freshBytes += origin.bytes.length
      }
    },
    async save() {
      if (!isGathering) return
      const [kept, added] = [recalled, fresh]
      begin()
      isGathering = false
      if (added.size === 0 || added.size * worthWriting < kept.size) return
      try {
        const before = kept.size === 0 ? [] : [...(await readMemory(storage))]
        const still = before.filter(([digest]) => kept.has(digest))
        await storage.write(manifestMemoryFile, encodeManifests([...still, ...added]))
      } catch {
        // The next inventory reads them again.
      }
    },
  }
}

/** Goes on with what is remembered of a manifest, or with null. */
export const whenRecalled = <T>(
  recall: () => Awaitable<Remembered>,
  digest: Digest,
  then: (found: RememberedManifest | null, all: Remembered) => Awaitable<T>,
): Awaitable<T> => whenKnown(recall(), (all) => then(all.get(digest) ?? null, all))
