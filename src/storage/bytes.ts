/** Bytes with a buffer of their own, as `Response` and `Blob` take them. */
export type Bytes = Uint8Array<ArrayBuffer>

export interface ByteRange {
  /** The first byte, from 0. */
  readonly start: number
  /** The last byte, included, as in a `Range` header. */
  readonly end: number
}
