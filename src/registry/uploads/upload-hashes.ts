import type { Digest } from '#domain/values/digest.ts'
import type { CreateDigester, Digester } from '#storage/digester.ts'
import type { Bytes } from '#storage/bytes.ts'
import type { UploadPrefix, UploadRefused, UploadStore } from '#storage/upload-store.ts'

interface HashState {
  readonly digester: Digester
  /** The number of hashed bytes. The hash counts only if these are all the bytes of the upload. */
  readonly hashedBytes: number
}

export type AppendOutcome =
  | { readonly kind: 'appended'; readonly sizeBytes: number }
  /** More bytes came than were announced; the excess was not kept. */
  | { readonly kind: 'exceeded' }
  | UploadRefused

/** Hashes uploads as their bytes pass, so that no blob is read twice. */
export interface UploadHashes {
  /** How many bytes of an upload it has hashed; 0 for one that it does not know. */
  hashedBytes(upload: UploadPrefix): number
  /**
   * Appends to an upload. If it is refused, the body is untouched. Rejects with the error of the
   * body, or of the store, which keeps some of the bytes before it.
   */
  append(
    upload: UploadPrefix,
    offset: number,
    chunk: { readonly body: Bytes | ReadableStream<Bytes>; readonly sizeBytes?: number },
  ): Promise<AppendOutcome>
  /**
   * The digest of the upload's bytes; null where there is no upload. Reads it again if its bytes
   * were not all hashed as they passed, here or at one other server, as after a restart.
   */
  digest(
    upload: UploadPrefix,
    sizeBytes: number,
    algorithm: 'sha256' | 'sha512',
  ): Promise<Digest | null>
  forget(upload: UploadPrefix): void
}

/**
 * Each abandoned upload keeps a hash. Above this number the oldest hash is dropped, and its upload
 * is read again if needed.
 */
const maximumStates = 1000

class MoreThanAnnounced extends Error {}

/**
 * Passes a body through, and calls `see` with each chunk first. Passes errors and cancellation on.
 * Does not touch the body before it is read itself.
 */
function watched(body: ReadableStream<Bytes>, see: (chunk: Bytes) => Bytes): ReadableStream<Bytes> {
  let reader: ReadableStreamDefaultReader<Bytes> | undefined
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        reader ??= body.getReader()
        const { done, value } = await reader.read()
        if (done) return controller.close()
        try {
          controller.enqueue(see(value))
        } catch (error) {
          await reader.cancel(error).catch(() => {})
          throw error
        }
      },
      cancel: (reason) => (reader ?? body).cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

export function createUploadHashes(
  uploads: Pick<UploadStore, 'append' | 'read' | 'stat'>,
  createDigester: CreateDigester,
): UploadHashes {
  const states = new Map<UploadPrefix, HashState>()

  function keep(upload: UploadPrefix, state: HashState): void {
    states.delete(upload)
    states.set(upload, state)
    const [oldest] = states.keys()
    if (states.size > maximumStates && oldest !== undefined) states.delete(oldest)
  }

  /** The digester that has hashed that many bytes of the upload, and no others. */
  function digesterAt(upload: UploadPrefix, offset: number): Digester | null {
    const state = states.get(upload)
    if (state?.hashedBytes === offset) return state.digester
    return offset === 0 ? createDigester('sha256') : null
  }

  return {
    hashedBytes: (upload) => states.get(upload)?.hashedBytes ?? 0,

    async append(upload, offset, { body, sizeBytes = Infinity }) {
      const digester = digesterAt(upload, offset)
      let received = 0
      const see = (bytes: Bytes): Bytes => {
        if (received + bytes.length > sizeBytes) throw new MoreThanAnnounced()
        received += bytes.length
        digester?.update(bytes)
        return bytes
      }
      const whole = body instanceof Uint8Array ? body : null
      if (whole && whole.length > sizeBytes) return { kind: 'exceeded' }
      try {
        const seen = body instanceof Uint8Array ? body : watched(body, see)
        let isWholeSeen = whole === null
        const seeWhole = () => {
          if (whole && !isWholeSeen) see(whole)
          isWholeSeen = true
        }
        const digestAfter = () => {
          seeWhole()
          return digester?.digest() ?? null
        }
        const outcome = await uploads.append(upload, { offset, body: seen, digestAfter })
        // It may have been refused after it was hashed.
        if (outcome.kind === 'busy') states.delete(upload)
        if (outcome.kind !== 'appended') return outcome
        seeWhole()
        if (digester) keep(upload, { digester, hashedBytes: offset + received })
        else states.delete(upload)
        return outcome
      } catch (error) {
        // It is unknown how many of the hashed bytes the store has kept.
        states.delete(upload)
        if (error instanceof MoreThanAnnounced) return { kind: 'exceeded' }
        throw error
      }
    },

    async digest(upload, sizeBytes, algorithm) {
      const state = states.get(upload)
      if (algorithm === 'sha256') {
        if (state?.hashedBytes === sizeBytes) return state.digester.digest()
        const stat = await uploads.stat(upload)
        if (stat?.digest !== undefined && stat.sizeBytes === sizeBytes) return stat.digest
      }
      const body = await uploads.read(upload)
      if (body === null) return null
      const digester = createDigester(algorithm)
      for await (const chunk of body) digester.update(chunk)
      return digester.digest()
    },

    forget(upload) {
      states.delete(upload)
    },
  }
}
