import type { IncomingMessage } from 'node:http'
import { finished } from 'node:stream'
import type { Bytes } from '#registry/storage.ts'

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/**
 * What a client sends, taken from it only as fast as it is consumed; null when it sends nothing.
 * Nothing happens to the request before the first read: who has looked whether there is a body may
 * still read it by other means. Cancelling leaves the connection open for an answer.
 *
 * Not `Readable.toWeb`: that holds up to 16,384 chunks, a whole layer, when the disk is slower than
 * the network.
 */
export function bodyOfIncoming(incoming: IncomingMessage): ReadableStream<Bytes> | null {
  if (!hasBody(incoming)) return null
  let stop: (() => void) | undefined

  function begin(controller: ReadableStreamDefaultController<Bytes>): () => void {
    // Chunk by chunk, as they came off the network: joining them would copy every byte.
    const take = (chunk: Bytes): void => {
      incoming.pause()
      controller.enqueue(chunk)
    }
    incoming.on('data', take)
    const unwatch = finished(incoming, { writable: false }, (error) => {
      stop?.()
      if (error) controller.error(error)
      else controller.close()
    })
    return () => {
      unwatch()
      incoming.off('data', take)
    }
  }

  return new ReadableStream<Bytes>(
    {
      pull(controller) {
        stop ??= begin(controller)
        incoming.resume()
      },
      cancel() {
        if (stop === undefined) return
        stop()
        incoming.pause()
      },
    },
    { highWaterMark: 0 },
  )
}
