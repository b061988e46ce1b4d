import type { Bytes } from '#storage/bytes.ts'

/** Most bodies are small, and need no whole part of memory. */
const firstBytes = 64 * 1024

/** A buffer that grows up to the size of a part. */
function createPart(partBytes: number) {
  let buffer = new Uint8Array(Math.min(partBytes, firstBytes))
  let filled = 0
  return {
    /** Takes what there is room for; returns how many bytes that were. */
    take(chunk: Bytes): number {
      const count = Math.min(chunk.length, partBytes - filled)
      if (filled + count > buffer.length) {
        const needed = Math.max(2 * buffer.length, filled + count)
        const larger = new Uint8Array(Math.min(partBytes, needed))
        larger.set(buffer.subarray(0, filled))
        buffer = larger
      }
      buffer.set(chunk.subarray(0, count), filled)
      filled += count
      return count
    },
    isFull: () => filled === partBytes,
    isEmpty: () => filled === 0,
    bytes: (): Bytes => buffer.subarray(0, filled),
    empty(): void {
      filled = 0
    },
  }
}

/**
 * Cuts a body into parts of one size; only the last may be shorter. It holds two parts: the bytes of
 * one count until the one after the next is asked for, so that it can be sent while the next fills.
 * A body without bytes has no parts.
 *
 * @param begin bytes that come before the body
 */
export async function* partsOf(
  body: Bytes | ReadableStream<Bytes>,
  partBytes: number,
  begin: Bytes = new Uint8Array(),
): AsyncGenerator<Bytes> {
  let [part, other] = [createPart(partBytes), createPart(partBytes)]
  async function* chunks(): AsyncGenerator<Bytes> {
    yield begin
    if (body instanceof Uint8Array) yield body
    else yield* body
  }
  for await (const chunk of chunks()) {
    for (let taken = 0; taken < chunk.length;) {
      taken += part.take(chunk.subarray(taken))
      if (!part.isFull()) continue
      yield part.bytes()
      ;[part, other] = [other, part]
      part.empty()
    }
  }
  if (!part.isEmpty()) yield part.bytes()
}
