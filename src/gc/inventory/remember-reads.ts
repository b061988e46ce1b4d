import { createDigestTable } from '#domain/values/digest-table.ts'
import type { Digest } from '#domain/values/digest.ts'
import {
  countOf,
  pickDigests,
  wordsInDigest,
  type PackedDigests,
} from '#domain/values/packed-digests.ts'
import type { RegistryReader } from '../ports/registry-reader.ts'
import type { StoreChanges } from '../ports/store-changes.ts'
import { createByteColumn, createSizeColumn } from '#graph/packed/growable-column.ts'

/** A number for each of many digests, in little memory. */
function createKnownNumbers(
  digests = createDigestTable(),
  isKnown = createByteColumn(),
  values = createSizeColumn(),
) {
  return {
    /** The places of digests, in their order. */
    placesOf(packed: PackedDigests): Int32Array {
      const places = new Int32Array(countOf(packed))
      const others = packed.others.length > 0 ? new Map(packed.others) : null
      for (let position = 0; position < places.length; position += 1) {
        const other = others?.get(position)
        places[position] =
          other === undefined
            ? digests.addWords(packed.words, position * wordsInDigest)
            : digests.add(other)
      }
      return places
    },
    placeOf: (digest: Digest): number => digests.add(digest),
    /** Undefined for what was not noted. */
    at: (place: number): number | undefined =>
      isKnown.get(place) === 1 ? values.get(place) : undefined,
    note(place: number, value: number): void {
      values.set(place, value)
      isKnown.set(place, 1)
    },
    forget: (digest: Digest): void => isKnown.set(digests.add(digest), 0),
    copy: () => createKnownNumbers(digests.copy(), isKnown.copy(), values.copy()),
  }
}

type KnownNumbers = ReturnType<typeof createKnownNumbers>

/** Sizes of blobs, and the ages of manifests by repository. */
interface Remembered {
  readonly sizes: KnownNumbers
  readonly agesOf: Map<string, KnownNumbers>
}

/** What is remembered still, after these changes. */
function remembered({ sizes, agesOf }: Remembered, changes: StoreChanges): Remembered {
  const left = {
    sizes: sizes.copy(),
    agesOf: new Map(Array.from(agesOf, ([name, ages]) => [name, ages.copy()])),
  }
  for (const digest of changes.blobs) left.sizes.forget(digest)
  for (const [name, parts] of changes.repositories) {
    const ages = left.agesOf.get(name)
    if (parts === 'whole') left.agesOf.delete(name)
    else for (const digest of [...parts.revisions, ...parts.layers]) ages?.forget(digest)
  }
  return left
}

type AskedReads = Pick<RegistryReader, 'manifests' | 'stat' | 'linkedAtMs'>

/** Reads that ask storage for each size and each age once. */
export interface RememberedReads extends AskedReads {
  /** The same by other reads, without what may have changed. */
  after(changes: StoreChanges, reads: AskedReads): RememberedReads
}

/** Stands for a manifest that is not linked. */
const noTime = -Infinity

/**
 * The same reader, which asks storage for each size and each age once: several plans over one
 * inventory ask for much the same.
 */
export const rememberReads = (reader: AskedReads): RememberedReads =>
  rememberingReads(reader, { sizes: createKnownNumbers(), agesOf: new Map() })

function rememberingReads(reader: AskedReads, earlier: Remembered): RememberedReads {
  const { sizes, agesOf } = earlier

  function agesIn(repository: string): KnownNumbers {
    const ages = agesOf.get(repository) ?? createKnownNumbers()
    agesOf.set(repository, ages)
    return ages
  }

  return {
    manifests: reader.manifests,
    after: (changes, reads) => rememberingReads(reads, remembered(earlier, changes)),
    async stat(digests) {
      const places = sizes.placesOf(digests)
      const unknown = [...places.keys()].filter((at) => sizes.at(places[at] ?? -1) === undefined)
      if (unknown.length > 0) {
        const found = await reader.stat(pickDigests(digests, unknown))
        for (const [nth, at] of unknown.entries()) sizes.note(places[at] ?? -1, found[nth] ?? -1)
      }
      return Float64Array.from(places, (place) => sizes.at(place) ?? -1)
    },
    async linkedAtMs(repository, digest) {
      const ages = agesIn(repository)
      const place = ages.placeOf(digest)
      const known = ages.at(place)
      if (known !== undefined) return known === noTime ? null : known
      const linkedAtMs = await reader.linkedAtMs(repository, digest)
      ages.note(place, linkedAtMs ?? noTime)
      return linkedAtMs
    },
  }
}
