import type { BlindSpot, Prefix } from './object-store.ts'

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

/** A part of an area. A page may have no items, or be empty. */
export interface ScannedPage {
  readonly area: ScannedArea
  /** The names of the items, without the area's prefix: `0f/0f3a…`. */
  readonly items: readonly string[]
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
