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
import { manifestStatus, type ParsedManifestTable } from '#gc/ports/parsed-manifests.ts'
import type { ManifestBatch } from '#gc/ports/registry-reader.ts'
import type { Pause } from '#domain/time/clock.ts'
import { joinBytes } from '#domain/values/join-bytes.ts'
import { whenKnown, type Awaitable } from '#domain/values/awaitable.ts'
import { countOf, isSha256, pickDigests, wordsInDigest } from '#domain/values/packed-digests.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { manifestMemoryFile } from '../layout.ts'
import {
  decodePieces,
  encodePiece,
  headOf,
  rememberedBytes,
  type HashBytes,
} from './remembered-readings.ts'
import type { Bytes, Storage } from '#storage/storage.ts'

/** What an inventory does with what an earlier one has read. */
export interface Remembering {
  /** What tells this version of the program: what another has understood counts nothing. */
  readonly madeBy: string
  /** Whether what this one reads is left for the next; else nothing is written. */
  readonly leaves: boolean
}

/**
 * Remembers by digest what manifests lead to, which never changes, so that only new ones have to be
 * read. Whether their files are still whole is not asked then: a manifest whose file has been damaged
 * since keeps all that it ever needed.
 */
export interface ManifestMemory {
  /** A new inventory begins, with what is remembered now. */
  begin(): void
  /** Answers what it can, for manifests that are among the blobs, and has the rest read. */
  manifests(
    requested: ManifestBatch,
    read: (rest: ManifestBatch) => Awaitable<ParsedManifestTable>,
  ): Awaitable<ParsedManifestTable>
  /** Writes down what was read, if that pays. Never rejects: it is no loss. */
  save(): Promise<void>
}

export interface ManifestMemoryOptions extends Remembering {
  readonly storage: Storage
  readonly createDigester: CreateDigester
  readonly pause: Pause
  /** Default: `maximumMemoryBytes`. */
  readonly maximumBytes?: number
}

/** Larger than this it is not written, and not read: some sixty thousand manifests. */
const maximumMemoryBytes = 32 * 1024 * 1024
/** Written again only when one in so many manifests is new. */
const worthWriting = 50
/** So few that nobody waits for the hashing of a piece. */
const manifestsInPiece = 512

/** A manifest that may be remembered: where its digest is, and what reading it gave. */
interface Entry extends ManifestRow {
  readonly requested: ManifestBatch
}

interface Remembered {
  /** The number of a manifest whose digest begins there, or -1. */
  find(words: Int32Array, at: number): number
  readonly entries: readonly Entry[]
  /** 1 for those that this inventory has asked for, by number. */
  readonly used: Uint8Array
}

const nothing: Remembered = { find: () => -1, entries: [], used: new Uint8Array() }

/** Whether all of it is told by digests of sha256, as nearly always, and nothing about it is odd. */
const isPlain = ({ requested, columns, row }: Entry): boolean =>
  !requested.digests.others.some(([position]) => position === row) &&
  !listsOthers({ columns, row }) &&
  !isOdd({ columns, row }) &&
  subjectsOf({ columns, row }).every(isSha256)

const bytesOf = (entry: Entry): number => {
  const [first, last] = targetsOf(entry)
  return rememberedBytes(last - first, subjectsOf(entry).length > 0)
}

export function createManifestMemory(options: ManifestMemoryOptions): ManifestMemory {
  const { storage, createDigester, pause, madeBy, leaves } = options
  const { maximumBytes = maximumMemoryBytes } = options
  /** Null until this inventory asks for it: a verification reads all anew. */
  let remembered: Awaitable<Remembered> | null = null
  let fresh: Entry[] = []
  let freshBytes = 0
  let isGathering = false

  function createHash(): HashBytes {
    const digester = createDigester('sha256')
    return (bytes) => {
      digester.restart()
      digester.update(bytes)
      return digester.digest()
    }
  }

  async function recall(): Promise<Remembered> {
    try {
      const file = await storage.open(manifestMemoryFile)
      if (file === null || file.sizeBytes > maximumBytes) return nothing
      const table = createDigestTable()
      const entries: Entry[] = []
      for (const piece of decodePieces(await file.bytes(), madeBy, createHash())) {
        // A disk lost it, or somebody else wrote this: the rest of it is no better.
        if (piece === null) return nothing
        const { digests, readings: columns } = piece
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
      // It only saves time.
      return nothing
    }
  }

  function note(requested: ManifestBatch, found: ParsedManifestTable): void {
    if (!isGathering) return
    for (const [row, kind] of found.kinds.entries()) {
      if (kind !== manifestStatus.image && kind !== manifestStatus.index) continue
      const entry: Entry = { requested, columns: found, row }
      if (requested.listed[row] !== 1 || !isPlain(entry)) continue
      freshBytes += bytesOf(entry)
      if (freshBytes > maximumBytes) return
      fresh.push(entry)
    }
  }

  /** As one file, as many as fit. */
  async function encode(entries: Iterable<Entry>): Promise<Bytes> {
    const hash = createHash()
    const parts: Bytes[] = [headOf(madeBy)]
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
      const piece = encodePiece({ digests, readings: tableOfRows(slice) }, hash)
      length += piece.length
      if (length > maximumBytes) break
      parts.push(piece)
      await pause()
    }
    return joinBytes(parts)
  }

  return {
    begin() {
      remembered = null
      fresh = []
      freshBytes = 0
      isGathering = leaves
    },

    manifests(requested, read) {
      if (!requested.listed.includes(1)) return read(requested)
      remembered ??= recall().then((known) => (remembered = known))
      return whenKnown(remembered, ({ find, entries, used }) => {
        const rows: (ManifestRow | undefined)[] = []
        const unknown: number[] = []
        for (const [position, isListed] of requested.listed.entries()) {
          const number =
            isListed === 1 ? find(requested.digests.words, position * wordsInDigest) : -1
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
        return whenKnown(read(rest), (found) => {
          note(rest, found)
          if (rest === requested) return found
          for (const [row, position] of unknown.entries()) rows[position] = { columns: found, row }
          return tableOfRows(rows.filter((row) => row !== undefined))
        })
      })
    },

    async save() {
      if (!isGathering) return
      isGathering = false
      const { entries, used } = (await remembered) ?? nothing
      const added = fresh
      fresh = []
      const kept = entries.filter((_, number) => used[number] === 1)
      if (added.length === 0 || added.length * worthWriting < kept.length) return
      try {
        await storage.write(manifestMemoryFile, await encode([...kept, ...added]))
      } catch {
        // The next inventory reads them again.
      }
    },
  }
}
