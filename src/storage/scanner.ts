import type { BlindSpot, Prefix } from './object-store.ts'
import type { Bytes } from './bytes.ts'

/**
 * Where items of one kind are: each is so many parts of a key below the prefix, with what is below
 * it.
 */
export interface ScannedArea {
  readonly prefix: Prefix
  /** 2 for blobs, which are `<two digits>/<digest>` below their algorithm; 1 for links. */
  readonly depth: number
  /**
   * Whether the scan must report every item that exists throughout, though other items come and
   * go. Some file systems leave out an entry, without an error, while its folder changes; to notice
   * that costs as much again as the scan.
   */
  readonly stable?: boolean
}

/** Names in columns: a hundred thousand of them go between threads as two buffers. */
export interface PackedNames {
  /** In UTF-8, one after the other. */
  readonly bytes: Bytes
  /** Where each name ends. */
  readonly ends: Uint32Array<ArrayBuffer>
}

/** A part of an area. A page may have no items, or be empty. */
export interface ScannedPage {
  readonly area: ScannedArea
  /** The names of the items, without the area's prefix: `0f/0f3a…`. */
  readonly items: PackedNames
  /** Keys at places where no item has one. They are no items, and hide none. */
  readonly strays: readonly string[]
  readonly blindSpots: readonly BlindSpot[]
}

/**
 * Finds the items in large areas, in the platform's fastest way: it need not look inside an item,
 * nor keep any order. Every store can be scanned by its lists (`scannerOver`).
 */
export interface ObjectScanner {
  /**
   * All items of areas that do not overlap, each once, in no promised order: several pages at a
   * time, because many areas may be small.
   *
   * As with a list, promises no sizes, no times, and no single moment at which the whole result
   * holds. Does not promise that an item has a key: on a file system it may be an empty folder.
   * Rejects with `StoreError` where it breaks off; the pages until then are not complete.
   */
  scan(areas: readonly ScannedArea[]): AsyncIterable<readonly ScannedPage[]>
}

const encoder = new TextEncoder()
const noNames: PackedNames = { bytes: new Uint8Array(), ends: new Uint32Array() }

export function packNames(names: readonly string[]): PackedNames {
  if (names.length === 0) return noNames
  const ends = new Uint32Array(names.length)
  const text = names.join('')
  const joined = encoder.encode(text)
  // Nearly always each letter is one byte.
  if (joined.length === text.length) {
    let last = 0
    let position = 0
    for (const name of names) {
      last += name.length
      ends[position] = last
      position += 1
    }
    return { bytes: joined, ends }
  }
  // A UTF-16 unit takes at most three bytes.
  const room = new Uint8Array(names.reduce((sum, name) => sum + 3 * name.length, 0))
  let end = 0
  for (const [position, name] of names.entries()) {
    end += encoder.encodeInto(name, room.subarray(end)).written
    ends[position] = end
  }
  return { bytes: room.slice(0, end), ends }
}

const decoder = new TextDecoder()

export function unpackNames({ bytes, ends }: PackedNames): string[] {
  if (ends.length === 0) return []
  const text = decoder.decode(bytes)
  // Nearly always each letter is one byte.
  const isNarrow = text.length === bytes.length
  return Array.from(ends, (end, position) => {
    const start = position === 0 ? 0 : ends[position - 1]
    return isNarrow ? text.slice(start, end) : decoder.decode(bytes.subarray(start, end))
  })
}
