import type { Digest } from '#domain/values/digest.ts'
import type { CreateDigester, Digester } from '#storage/digester.ts'
import type { Bytes, Storage } from '#storage/storage.ts'

interface HashState {
  readonly digester: Digester
  /** The number of hashed bytes. The hash counts only if these are all the bytes in the file. */
  hashedBytes: number
}

export interface ReceivedBytes {
  readonly sizeBytes: number
  /** More bytes came than were announced; the excess was not kept. */
  readonly exceeded: boolean
}

/** Hashes uploads as their bytes pass, so that no blob is read twice. */
export interface UploadHashes {
  /**
   * Appends to the file at `path`, which has `offset` bytes now. Rejects with the error of the
   * body, or of the storage; the bytes before it stay.
   */
  append(
    path: string,
    offset: number,
    chunk: { readonly body: Bytes | ReadableStream<Bytes>; readonly sizeBytes?: number },
  ): Promise<ReceivedBytes>
  /**
   * The digest of the file's bytes. Reads the file again if its bytes were not all hashed as they
   * passed, as after a restart.
   */
  digest(path: string, sizeBytes: number, algorithm: 'sha256' | 'sha512'): Promise<Digest>
  forget(path: string): void
}

/**
 * Each abandoned upload keeps a hash. Above this number the oldest hash is dropped, and its file is
 * read again if needed.
 */
const maximumStates = 1000

class MoreThanAnnounced extends Error {}

/**
 * Passes a body through, and calls `see` with each chunk first. Passes errors and cancellation on.
 */
function watched(body: ReadableStream<Bytes>, see: (chunk: Bytes) => Bytes): ReadableStream<Bytes> {
  const reader = body.getReader()
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        const { done, value } = await reader.read()
        if (done) return controller.close()
        try {
          controller.enqueue(see(value))
        } catch (error) {
          await reader.cancel(error).catch(() => {})
          throw error
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

export function createUploadHashes(storage: Storage, createDigester: CreateDigester): UploadHashes {
  const states = new Map<string, HashState>()

  function stateAt(path: string, offset: number): HashState | null {
    const state = states.get(path)
    if (state?.hashedBytes === offset) return state
    states.delete(path)
    return offset === 0 ? { digester: createDigester('sha256'), hashedBytes: 0 } : null
  }

  function keep(path: string, state: HashState): void {
    states.set(path, state)
    const [oldest] = states.keys()
    if (states.size > maximumStates && oldest !== undefined) states.delete(oldest)
  }

  return {
    async append(path, offset, { body, sizeBytes = Infinity }) {
      const state = stateAt(path, offset)
      // After a failure it is unknown how many of the hashed bytes are in the file.
      states.delete(path)
      let received = 0
      const see = (bytes: Bytes): Bytes => {
        if (received + bytes.length > sizeBytes) throw new MoreThanAnnounced()
        received += bytes.length
        state?.digester.update(bytes)
        return bytes
      }
      try {
        const seen = body instanceof Uint8Array ? see(body) : watched(body, see)
        await storage.write(path, seen, { append: true })
      } catch (error) {
        if (error instanceof MoreThanAnnounced) return { sizeBytes: received, exceeded: true }
        throw error
      }
      if (state) keep(path, { digester: state.digester, hashedBytes: offset + received })
      return { sizeBytes: received, exceeded: false }
    },

    async digest(path, sizeBytes, algorithm) {
      const state = states.get(path)
      if (algorithm === 'sha256' && state?.hashedBytes === sizeBytes) return state.digester.digest()
      const digester = createDigester(algorithm)
      const file = await storage.open(path)
      for await (const chunk of file?.stream() ?? []) digester.update(chunk)
      return digester.digest()
    },

    forget(path) {
      states.delete(path)
    },
  }
}
