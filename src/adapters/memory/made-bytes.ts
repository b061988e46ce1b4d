import type { Bytes } from '#storage/bytes.ts'

/**
 * The content of a file that is made when it is read, so that a file of any size takes no memory.
 * The same seed and length are the same bytes everywhere, for ever: their digests are stored.
 */
export interface MadeBytes {
  readonly seed: number
  readonly byteLength: number
}

const blockBytes = 64 * 1024

/** The bytes of every block but its first twelve; made at the first read. */
let common: Bytes | null = null

/** Bytes that do not compress, by a linear feedback shift register (xorshift32). */
function commonBlock(): Bytes {
  if (common !== null) return common
  const words = new Uint32Array(blockBytes / 4)
  let word = 0x9e3779b9
  for (let position = 0; position < words.length; position += 1) {
    word ^= word << 13
    word ^= word >>> 17
    word ^= word << 5
    words[position] = word
  }
  common = new Uint8Array(words.buffer)
  return common
}

/** The block with this number: its seed, its number and a mix of both, then what all have. */
function blockOf(seed: number, number: number): Bytes {
  const block = commonBlock().slice()
  const head = new DataView(block.buffer)
  head.setUint32(0, seed, true)
  head.setUint32(4, number, true)
  head.setUint32(8, Math.imul(seed ^ (number << 16), 0x85ebca6b), true)
  return block
}

/** Where the block ends that holds this byte. */
const endOfBlock = (offset: number): number => (Math.floor(offset / blockBytes) + 1) * blockBytes

/** The bytes from `start` up to, but not including, `end`, or the end of their block. */
export function makeBlock({ seed, byteLength }: MadeBytes, start: number, end: number): Bytes {
  const first = Math.floor(start / blockBytes) * blockBytes
  const last = Math.min(end, byteLength, endOfBlock(start))
  const block = blockOf(seed, first / blockBytes)
  return last - start === blockBytes ? block : block.slice(start - first, last - first)
}

/** All of them. */
function makeBytes(made: MadeBytes): Bytes {
  const bytes = new Uint8Array(made.byteLength)
  for (let offset = 0; offset < bytes.length; offset = endOfBlock(offset)) {
    bytes.set(makeBlock(made, offset, bytes.length), offset)
  }
  return bytes
}

/** What is stored, or made now. */
export const bytesOf = (content: Bytes | MadeBytes): Bytes =>
  'seed' in content ? makeBytes(content) : content
