import type { BlindSpot, Prefix } from './object-store.ts'
import type { Bytes } from './storage.ts'

/** Where items of one kind are: each is so many parts of a key below the prefix, and what is below those. */
export interface ScannedArea {
  readonly prefix: Prefix
  /** 2 for blobs, which are `<two digits>/<digest>` below their algorithm; 1 for links. */
  readonly depth: number
}

/** Names in columns: a hundred thousand go from thread to thread as two buffers. */
export interface PackedNames {
  /** In UTF-8, one after the other. */
  readonly bytes: Bytes
  /** Where each of them ends. */
  readonly ends: Uint32Array<ArrayBuffer>
}

/** Some of an area. A page of it may have no item, and nothing else either. */
export interface ScannedPage {
  readonly area: ScannedArea
  /** Of the items, without the area's prefix: `0f/0f3a…`. */
  readonly items: PackedNames
  /** Keys where no item has one. They are no items, and hide none. */
  readonly strays: readonly string[]
  readonly blindSpots: readonly BlindSpot[]
}

/**
 * Tells what items there are in large areas, by the way that a platform does that fastest: it need not
 * look inside an item, nor keep any order. Every store can be scanned by its lists (`scannerOver`).
 */
export interface ObjectScanner {
  /**
   * All items of areas that do not overlap, each once, in no promised order.
   *
   * Promises, as a list does, no sizes, no times and no moment that all of it is true of; but what is
   * there from beginning to end is told, also where a file system leaves out entries of a folder that
   * changes. Not that an item has a key: on a file system it may be an empty folder. Rejects with
   * `StoreError` where it breaks off; what it gave until then is not all.
   */
  scan(areas: readonly ScannedArea[]): AsyncIterable<ScannedPage>
}

export function packNames(names: readonly string[]): PackedNames {
  const encoder = new TextEncoder()
  const ends = new Uint32Array(names.length)
  // A unit of UTF-16 takes three bytes at most.
  const room = new Uint8Array(names.reduce((sum, name) => sum + 3 * name.length, 0))
  let end = 0
  for (const [position, name] of names.entries()) {
    end += encoder.encodeInto(name, room.subarray(end)).written
    ends[position] = end
  }
  return { bytes: room.slice(0, end), ends }
}

export function unpackNames({ bytes, ends }: PackedNames): string[] {
  const decoder = new TextDecoder()
  return Array.from(ends, (end, position) =>
    decoder.decode(bytes.subarray(position === 0 ? 0 : ends[position - 1], end)),
  )
}
