import type { IncomingMessage } from 'node:http'
import { finished } from 'node:stream'
import type { Bytes } from '#registry/storage.ts'

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/**
 * What a client sends, taken from it only as fast as it is consumed; null when it sends nothing.
 * Cancelling stops the reading and leaves the connection open for an answer.
 *
 * Not `Readable.toWeb`: that holds up to 16,384 chunks, a whole layer, when the disk is slower than
 * the network.
 */
export function bodyOfIncoming(incoming: IncomingMessage): ReadableStream<Bytes> | null {
  if (!hasBody(incoming)) return null
  let stop: (() => void) | undefined
  return new ReadableStream<Bytes>(
    {
      start(controller) {
        // Chunk by chunk, as they came off the network: joining them would copy every byte.
        const take = (chunk: Bytes): void => {
          incoming.pause()
          controller.enqueue(chunk)
        }
        incoming.pause()
        incoming.on('data', take)
        const unwatch = finished(incoming, { writable: false }, (error) => {
          stop?.()
          if (error) controller.error(error)
          else controller.close()
        })
        stop = () => {
          unwatch()
          incoming.off('data', take)
        }
      },
      pull: () => void incoming.resume(),
      cancel() {
        stop?.()
        incoming.pause()
      },
    },
    { highWaterMark: 0 },
  )
}
