import type { IncomingMessage } from 'node:http'
import { finished } from 'node:stream'
import type { Bytes } from '#storage/bytes.ts'

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** Ends a body before all of it has arrived. */
export interface BodyCut {
  /** From now on a read that waits, or starts, fails. */
  cut(): void
  /** Whether a read failed because of the cut: then what needed the whole body did not happen. */
  wasMissed(): boolean
}

/** The body's side of a cut. */
export interface BodyCutting extends BodyCut {
  isCut(): boolean
  miss(): Error
  onCut(told: () => void): void
}

export function createBodyCut(): BodyCutting {
  let isCut = false
  let wasMissed = false
  let tell: (() => void) | null = null
  return {
    cut() {
      isCut = true
      tell?.()
    },
    isCut: () => isCut,
    wasMissed: () => wasMissed,
    miss() {
      wasMissed = true
      return new Error('the body took too long to arrive')
    },
    onCut(told) {
      tell = told
    },
  }
}

/**
 * A client's body, taken only as fast as it is consumed; null if the client sends none. The request
 * is untouched before the first read: after a check for a body it can still be read by other means.
 * Canceling leaves the connection open for an answer.
 *
 * Not `Readable.toWeb`: that holds up to 16,384 chunks, a whole layer, when the disk is slower than
 * the network.
 */
export function bodyOfIncoming(
  incoming: IncomingMessage,
  cutting: BodyCutting = createBodyCut(),
  /** Called before the first read. */
  willRead = (): void => {},
): ReadableStream<Bytes> | null {
  if (!hasBody(incoming)) return null
  let stop: (() => void) | undefined
  let isAwaited = false

  function begin(controller: ReadableStreamDefaultController<Bytes>): () => void {
    willRead()
    // Chunk by chunk, as they arrived: joining them would copy every byte.
    const take = (chunk: Bytes): void => {
      incoming.pause()
      isAwaited = false
      controller.enqueue(chunk)
    }
    incoming.on('data', take)
    const unwatch = finished(incoming, { writable: false }, (error) => {
      isAwaited = false
      stop?.()
      if (error) controller.error(error)
      else controller.close()
    })
    return () => {
      unwatch()
      incoming.off('data', take)
    }
  }

  function end(controller: ReadableStreamDefaultController<Bytes>): void {
    stop?.()
    incoming.pause()
    controller.error(cutting.miss())
  }

  return new ReadableStream<Bytes>(
    {
      start(controller) {
        cutting.onCut(() => {
          if (isAwaited) end(controller)
        })
      },
      pull(controller) {
        if (cutting.isCut()) return end(controller)
        isAwaited = true
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
