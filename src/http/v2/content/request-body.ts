import type { Bytes } from '#storage/storage.ts'
import { OciError } from '../oci-error.ts'

/** That a client went away is no failure of ours: it is answered, and not reported as one. */
const brokenOff = (): OciError =>
  new OciError('BLOB_UPLOAD_INVALID', 'the connection broke off before all bytes had arrived')

/** Told of how a body comes in. */
export interface BodyFlow {
  /** More of it is waited for, from now on. */
  awaits(): void
  /** So many more bytes have come. */
  got(bytes: number): void
}

const notWatched: BodyFlow = { awaits() {}, got() {} }

/**
 * The body as it arrives, or null when there is none. Fails with an `OciError` when the client
 * breaks off, so that this is never mistaken for a failure of storage.
 */
export function bodyOf(
  request: Request,
  flow: BodyFlow = notWatched,
): ReadableStream<Bytes> | null {
  const body = request.body
  if (body === null) return null
  let reader: ReadableStreamDefaultReader<Bytes> | undefined
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        reader ??= body.getReader()
        flow.awaits()
        const read = await reader.read().catch(() => null)
        flow.got(read?.value?.length ?? 0)
        if (read === null) controller.error(brokenOff())
        else if (read.done) controller.close()
        else controller.enqueue(read.value)
      },
      cancel: (reason) => (reader ?? body).cancel(reason),
    },
    // Nothing is read before somebody asks: a refused request leaves its body where it is.
    { highWaterMark: 0 },
  )
}
