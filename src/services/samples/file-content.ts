/** A small, well-known generator (mulberry32): the same seed gives the same numbers everywhere. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Bytes that stand for a program or a library in a layer: they do not compress, so a layer is about
 * as large as its files; they differ by seed, so layers do too.
 */
export function binaryContent(seed: number, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const next = seededNumbers(seed)
  const words = new Uint32Array(Math.ceil(sizeBytes / 4))
  for (let position = 0; position < words.length; position += 1) {
    words[position] = next() * 2 ** 32
  }
  return new Uint8Array(words.buffer, 0, sizeBytes)
}

export const textContent = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
