import type { Readable } from 'node:stream'
import { StoreError } from '#storage/errors.ts'
import type { Bytes } from '#storage/bytes.ts'

/**
 * The body of an answer as a stream that is read as it is consumed. It fails when the store sends
 * nothing for too long while someone waits for it, as over a connection whose other end is gone;
 * a slow reader may take any time.
 *
 * @param expectedBytes the stream fails if it has fewer
 */
export function streamOfAnswer(
  body: Readable,
  key: string,
  expectedBytes: number,
  waitsMs: number,
): ReadableStream<Bytes> {
  let left = expectedBytes
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  const failed = (reason: string, cause?: unknown) =>
    new StoreError('FAILED', key, { cause: new Error(reason, { cause }) })

  async function nextChunk(): Promise<IteratorResult<Uint8Array>> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = failed(`the store sent nothing for ${waitsMs / 1000} seconds`)
        body.destroy(error)
        reject(error)
      }, waitsMs)
    })
    try {
      return await Promise.race([chunks.next(), late])
    } catch (error) {
      throw error instanceof StoreError ? error : failed('the answer broke off', error)
    } finally {
      clearTimeout(timer)
    }
  }

  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        const { done, value } = await nextChunk()
        if (done) {
          if (left > 0) throw failed(`the answer lacks its last ${left} bytes`)
          controller.close()
          return
        }
        left -= value.length
        // A view of a buffer that others share may not be given away.
        controller.enqueue(new Uint8Array(value))
      },
      cancel() {
        body.destroy()
      },
    },
    { highWaterMark: 0 },
  )
}

/** All of a small body. */
export async function bytesOfAnswer(
  body: Readable,
  key: string,
  sizeBytes: number,
  waitsMs: number,
): Promise<Bytes> {
  const bytes = new Uint8Array(sizeBytes)
  let filled = 0
  for await (const chunk of streamOfAnswer(body, key, sizeBytes, waitsMs)) {
    if (filled + chunk.length > sizeBytes) {
      throw new StoreError('FAILED', key, { cause: new Error('the answer has too many bytes') })
    }
    bytes.set(chunk, filled)
    filled += chunk.length
  }
  return bytes
}
