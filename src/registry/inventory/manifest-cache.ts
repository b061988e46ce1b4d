import { createDigestTable } from '#domain/values/digest-table.ts'
import {
  tableOfRows,
  isOdd,
  listsOthers,
  subjectsOf,
  targetsOf,
  type ManifestRow,
} from './parsed-manifest-rows.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { manifestStatus, type ParsedManifestTable } from '#graph/packed/parsed-manifests.ts'
import type { ManifestBatch } from '#gc/ports/registry-reader.ts'
import type { Pause } from '#domain/time/clock.ts'
import { joinBytes } from '#domain/values/join-bytes.ts'
import { countOf, isSha256, pickDigests, wordsInDigest } from '#domain/values/packed-digests.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { manifestCacheFile } from '../layout.ts'
import {
  decodePieces,
  encodePiece,
  cacheHeader,
  encodedBytes,
  type HashBytes,
} from './manifest-cache-file.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import type { Bytes } from '#storage/bytes.ts'

/** How inventories share what they read from manifests. */
export interface CacheOptions {
  /** Identifies this build of the program: entries that another build wrote do not count. */
  readonly writerVersion: string
  /** Whether this process writes what it reads for the next inventory. */
  readonly persist: boolean
  /** Writes the file again once so many are new, where each read is a request. Default: never. */
  readonly rewriteAtNew?: number
}

/**
 * Caches by digest what manifests lead to, which never changes, so that an inventory reads only new
 * ones. It does not check whether the files of cached manifests are still whole: a manifest whose
 * file was damaged later keeps everything that it ever needed.
 */
export interface ManifestCache {
  /** Begins a new inventory, with the entries that the cache has now. */
  begin(): void
  /** Answers for cached manifests that are among the blobs, and calls `read` for the others. */
  manifests(
    requested: ManifestBatch,
    read: (rest: ManifestBatch) => Promise<ParsedManifestTable>,
  ): Promise<ParsedManifestTable>
  /**
   * Writes the cache, if enough of it is new: after an inventory, and again after what else was read
   * for it. Never rejects: losing it costs only time.
   */
  save(): Promise<void>
}

export interface ManifestCacheOptions extends CacheOptions {
  readonly objects: Pick<ObjectStore, 'getMany' | 'put'>
  readonly createDigester: CreateDigester
  readonly pause: Pause
  /** Default: `maximumCacheBytes`. */
  readonly maximumBytes?: number
}

/** A larger file is neither written nor read: some sixty thousand manifests. */
const maximumCacheBytes = 32 * 1024 * 1024
/** The file is written again only when at least one manifest in this many is new. */
const rewriteAtOneNewIn = 50
/** Few enough that hashing a piece delays no request. */
const manifestsInPiece = 512

/** A manifest in the cache: the position of its digest, and its row in a table. */
interface Entry extends ManifestRow {
  readonly requested: ManifestBatch
}

interface LoadedCache {
  /** The number of the manifest whose digest begins there, or -1. */
  find(words: Int32Array, at: number): number
  readonly entries: readonly Entry[]
  /** 1 for the entries that this inventory has requested, by number. */
  readonly used: Uint8Array
}

const nothing: LoadedCache = { find: () => -1, entries: [], used: new Uint8Array() }

/** Whether all its digests are sha256, as is nearly always so, and nothing about it is odd. */
const isPlain = ({ requested, columns, row }: Entry): boolean =>
  !requested.digests.others.some(([position]) => position === row) &&
  !listsOthers({ columns, row }) &&
  !isOdd({ columns, row }) &&
  subjectsOf({ columns, row }).every(isSha256)

const bytesOf = (entry: Entry): number => {
  const [first, last] = targetsOf(entry)
  return encodedBytes(last - first, subjectsOf(entry).length > 0)
}

export function createManifestCache(options: ManifestCacheOptions): ManifestCache {
  const { objects, createDigester, pause, writerVersion, persist } = options
  const { maximumBytes = maximumCacheBytes, rewriteAtNew = Infinity } = options
  /** Null until this inventory needs it: a verification reads every manifest again. */
  let loaded: Promise<LoadedCache> | null = null
  let fresh: Entry[] = []
  let freshBytes = 0
  /** What this inventory has written already. */
  let written: readonly Entry[] = []

  const createHash = (): HashBytes => createDigester('sha256').digestOf

  async function load(): Promise<LoadedCache> {
    try {
      const [file] = await objects.getMany([manifestCacheFile], { maximumBytes })
      if (file?.kind !== 'found') return nothing
      const table = createDigestTable()
      const entries: Entry[] = []
      for (const piece of decodePieces(file.bytes, writerVersion, createHash())) {
        // The disk damaged the piece, or other software wrote it: the rest is not trusted either.
        if (piece === null) return nothing
        const { digests, table: columns } = piece
        const count = countOf(digests)
        const requested = { digests, listed: new Uint8Array(count) }
        for (let row = 0; row < count; row += 1) {
          const number = table.addWords(digests.words, row * wordsInDigest)
          if (number === entries.length) entries.push({ requested, columns, row })
        }
        await pause()
      }
      return { find: table.findWords, entries, used: new Uint8Array(entries.length) }
    } catch {
      // The cache only saves time.
      return nothing
    }
  }

  function addFresh(requested: ManifestBatch, found: ParsedManifestTable): void {
    if (!persist) return
    for (const [row, kind] of found.kinds.entries()) {
      if (kind !== manifestStatus.image && kind !== manifestStatus.index) continue
      const entry: Entry = { requested, columns: found, row }
      if (requested.listed[row] !== 1 || !isPlain(entry)) continue
      freshBytes += bytesOf(entry)
      if (freshBytes > maximumBytes) return
      fresh.push(entry)
    }
  }

  /** Encodes as many entries as fit into one file. */
  async function encode(entries: Iterable<Entry>): Promise<Bytes> {
    const hash = createHash()
    const parts: Bytes[] = [cacheHeader(writerVersion)]
    let length = parts[0]?.length ?? 0
    for (const slice of inSlices(entries, manifestsInPiece)) {
      const words = new Int32Array(slice.length * wordsInDigest)
      for (const [position, { requested, row }] of slice.entries()) {
        const at = row * wordsInDigest
        words.set(
          requested.digests.words.subarray(at, at + wordsInDigest),
          position * wordsInDigest,
        )
      }
      const digests = { words, others: [] }
      const piece = encodePiece({ digests, table: tableOfRows(slice) }, hash)
      length += piece.length
      if (length > maximumBytes) break
      parts.push(piece)
      await pause()
    }
    return joinBytes(parts)
  }

  return {
    begin() {
      loaded = null
      fresh = []
      freshBytes = 0
      written = []
    },

    async manifests(requested, read) {
      if (!requested.listed.includes(1)) return await read(requested)
      loaded ??= load()
      const { find, entries, used } = await loaded
      const rows: (ManifestRow | undefined)[] = []
      const unknown: number[] = []
      for (const [position, isListed] of requested.listed.entries()) {
        const number = isListed === 1 ? find(requested.digests.words, position * wordsInDigest) : -1
        if (number < 0) unknown.push(position)
        else used[number] = 1
        rows.push(entries[number])
      }
      if (unknown.length === 0) return tableOfRows(rows.filter((row) => row !== undefined))
      const rest: ManifestBatch =
        unknown.length === rows.length
          ? requested
          : {
              digests: pickDigests(requested.digests, unknown),
              listed: Uint8Array.from(unknown, (position) => requested.listed[position] ?? 0),
            }
      const found = await read(rest)
      addFresh(rest, found)
      if (rest === requested) return found
      for (const [row, position] of unknown.entries()) rows[position] = { columns: found, row }
      return tableOfRows(rows.filter((row) => row !== undefined))
    },

    async save() {
      if (!persist) return
      const { entries, used } = (await loaded) ?? nothing
      const added = fresh
      const kept = [...entries.filter((_, number) => used[number] === 1), ...written]
      if (added.length < Math.min(rewriteAtNew, Math.max(1, kept.length / rewriteAtOneNewIn)))
        return
      fresh = []
      written = [...written, ...added]
      try {
        await objects.put(manifestCacheFile, await encode([...kept, ...added]))
      } catch {
        // The next inventory reads them again.
      }
    },
  }
}
