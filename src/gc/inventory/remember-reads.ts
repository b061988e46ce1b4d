import { createDigestTable } from '#domain/values/digest-table.ts'
import type { Digest } from '#domain/values/digest.ts'
import {
  countOf,
  pickDigests,
  wordsInDigest,
  type PackedDigests,
} from '#domain/values/packed-digests.ts'
import type { RegistryReader } from '../ports/registry-reader.ts'
import { createByteColumn, createSizeColumn } from '#graph/packed/growable-column.ts'

/** A number for each of many digests, in little memory. */
function createKnownNumbers() {
  const digests = createDigestTable()
  const isKnown = createByteColumn()
  const values = createSizeColumn()
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
  }
}

/** Stands for a manifest that is not linked. */
const noTime = -Infinity

/** Sizes of blobs that are on storage: a digest has one for ever. */
export type KnownSizes = ReturnType<typeof createKnownNumbers>
export const createKnownSizes: () => KnownSizes = createKnownNumbers

/**
 * The same reader, which asks storage for each size and each age once: several plans over one
 * inventory ask for much the same.
 *
 * @param sizes known already, which it adds to
 */
export function rememberReads(reader: RegistryReader, sizes = createKnownSizes()): RegistryReader {
  /** Places of what was gone: it may be written again. */
  const gone = new Set<number>()
  const agesOf = new Map<string, ReturnType<typeof createKnownNumbers>>()

  function agesIn(repository: string): ReturnType<typeof createKnownNumbers> {
    const ages = agesOf.get(repository) ?? createKnownNumbers()
    agesOf.set(repository, ages)
    return ages
  }

  return {
    ...reader,
    async stat(digests) {
      const places = sizes.placesOf(digests)
      const unknown = [...places.keys()].filter((at) => {
        const place = places[at] ?? -1
        return sizes.at(place) === undefined && !gone.has(place)
      })
      if (unknown.length > 0) {
        const found = await reader.stat(pickDigests(digests, unknown))
        for (const [nth, at] of unknown.entries()) {
          const [place, size] = [places[at] ?? -1, found[nth] ?? -1]
          if (size < 0) gone.add(place)
          else sizes.note(place, size)
        }
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
