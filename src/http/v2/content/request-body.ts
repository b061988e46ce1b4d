import type { Bytes } from '#storage/bytes.ts'
import { OciError } from '../oci-error.ts'

/** A client that disconnects is no failure of ours: it is answered, and not reported as one. */
const brokenOff = (): OciError =>
  new OciError('BLOB_UPLOAD_INVALID', 'the connection broke off before all bytes had arrived')

/** Gets events about how a body arrives. */
export interface BodyFlow {
  /** The server now waits for more of the body. */
  awaits(): void
  /** This many more bytes have arrived. */
  got(bytes: number): void
}

const notWatched: BodyFlow = { awaits() {}, got() {} }

/**
 * The body as it arrives, or null without one. Fails with an `OciError` when the client
 * disconnects, so that this never looks like a failure of storage.
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
    // Reads nothing before the consumer pulls: a refused request's body is never read.
    { highWaterMark: 0 },
  )
}
