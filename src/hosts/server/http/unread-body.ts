import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** So much of a body that was not needed is read after the answer, and thrown away. */
const discardedBytes = 256 * 1024

/**
 * Prepares the connection for an answer that is sent before the whole body of its request has
 * arrived: a refusal, usually. Call it before the head of the answer is sent.
 *
 * A small rest is read and thrown away, so that the connection can be used again. For more than
 * that, the answer says that the connection closes, and the body is left unread.
 *
 * @param lingerMs how long the client has to read the answer, and to send a small rest
 */
export function leaveBodyUnread(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  lingerMs: number,
): void {
  if (incoming.complete) {
    // Node discards a body that was never read, but not the rest of one that was begun.
    if (incoming.readableDidRead) outgoing.once('finish', () => incoming.resume())
    return
  }
  const { socket } = incoming
  if (!mayBeSmall(incoming)) outgoing.shouldKeepAlive = false
  if (outgoing.shouldKeepAlive) outgoing.once('finish', () => discard(incoming, lingerMs))
  // Node closes the connection by this call when the last answer on it was sent.
  else socket.destroySoon = () => linger(socket, incoming.readableLength, lingerMs)
}

/**
 * Whether the body ends within what may be discarded. A client that asks first may send none: its
 * next bytes would be either a body or a request.
 */
const mayBeSmall = ({ headers }: IncomingMessage): boolean =>
  headers.expect === undefined && Number(headers['content-length'] ?? Infinity) <= discardedBytes

/** Reads a small rest, and closes the connection if it does not come. */
function discard(incoming: IncomingMessage, lingerMs: number): void {
  const { socket } = incoming
  const timer = setTimeout(() => socket.destroySoon(), lingerMs).unref()
  const stop = (): void => clearTimeout(timer)
  incoming.once('end', stop)
  socket.once('close', stop)
  incoming.resume()
}

/**
 * Closes a connection on which the client may still be sending, so that it can read the answer:
 * if bytes were unread when a socket is closed, the kernel would reset the connection, and the
 * client might lose an answer that it has not read yet. So first only the server's side is closed.
 *
 * @param unread how many bytes of the body have arrived already
 */
function linger(socket: Socket, unread: number, lingerMs: number): void {
  let taken = unread
  // The parser gets nothing more: what follows the body would be taken for another request.
  socket.removeAllListeners('data')
  socket.on('data', (bytes) => {
    taken += bytes.length
    if (taken >= discardedBytes) socket.pause()
  })
  socket.end()
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref()
  socket.once('end', () => socket.destroy())
  socket.once('close', () => clearTimeout(timer))
  if (taken < discardedBytes) socket.resume()
  else socket.pause()
}
