import type { Bytes } from '#registry/storage.ts'
import { OciError } from './oci-error.ts'

/** That a client went away is no failure of ours: it is answered, and not reported as one. */
const brokenOff = (): OciError =>
  new OciError('BLOB_UPLOAD_INVALID', 'the connection broke off before all bytes had arrived')

/**
 * The body as it arrives, or null when there is none. Fails with an `OciError` when the client
 * breaks off, so that this is never mistaken for a failure of storage.
 */
export function bodyOf(request: Request): ReadableStream<Bytes> | null {
  const body = request.body
  if (body === null) return null
  let reader: ReadableStreamDefaultReader<Bytes> | undefined
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        reader ??= body.getReader()
        const read = await reader.read().catch(() => null)
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
