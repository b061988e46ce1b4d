import type { ByteRange, Bytes } from '#storage/bytes.ts'
import { bytesOf, makeBlock, type MadeBytes } from './made-bytes.ts'

const chunkBytes = 64 * 1024

/**
 * A file as it was written: a later write makes another one, so a reader that has opened this keeps
 * reading it. It is both the entry of a listing and the opened file, because there are hundreds of
 * thousands.
 */
export class MemoryFile {
  readonly kind = 'file'
  readonly name: string
  readonly sizeBytes: number
  readonly modifiedAtMs: number
  /** Joined at the first read, so that appending many chunks stays linear. */
  #content: Bytes | MadeBytes | readonly Bytes[]

  constructor(name: string, content: Bytes | MadeBytes | readonly Bytes[], modifiedAtMs: number) {
    this.name = name
    this.#content = content
    this.modifiedAtMs = modifiedAtMs
    this.sizeBytes =
      'seed' in content || content instanceof Uint8Array
        ? content.byteLength
        : content.reduce((sum, chunk) => sum + chunk.length, 0)
  }

  /** What a snapshot holds: the bytes, or how to make them. */
  stored(): Bytes | MadeBytes {
    return 'seed' in this.#content ? this.#content : this.shared()
  }

  /** The bytes in storage, without a copy, unless they have to be made. */
  shared(): Bytes {
    if (this.#content instanceof Uint8Array) return this.#content
    if ('seed' in this.#content) return bytesOf(this.#content)
    const joined = new Uint8Array(this.sizeBytes)
    let offset = 0
    for (const chunk of this.#content) {
      joined.set(chunk, offset)
      offset += chunk.length
    }
    this.#content = joined
    return joined
  }

  async bytes(): Promise<Bytes> {
    return this.shared().slice()
  }

  /** Chunks are copies, so that a reader may transfer or change them. */
  stream(range?: ByteRange): ReadableStream<Bytes> {
    let offset = range?.start ?? 0
    const end = Math.min((range?.end ?? Infinity) + 1, this.sizeBytes)
    const content = this.stored()
    return new ReadableStream<Bytes>(
      {
        pull(controller) {
          if (offset >= end) return controller.close()
          const chunk =
            'seed' in content
              ? makeBlock(content, offset, end)
              : content.slice(offset, Math.min(offset + chunkBytes, end))
          offset += chunk.length
          controller.enqueue(chunk)
        },
      },
      { highWaterMark: 0 },
    )
  }

  /** With these bytes after its own. */
  appended(chunks: readonly Bytes[], modifiedAtMs: number): MemoryFile {
    const own = Array.isArray(this.#content) ? this.#content : [this.shared()]
    return new MemoryFile(this.name, [...own, ...chunks], modifiedAtMs)
  }

  /** With the same bytes and time, under another name. */
  named(name: string): MemoryFile {
    return new MemoryFile(name, this.#content, this.modifiedAtMs)
  }
}
