import { connect, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'

/** A client that sends given text at a given time, and sees every byte of the answer. */
export interface RawClient {
  readonly socket: Socket
  send(text: string): void
  /** Everything received until the server closed the connection. */
  readonly closed: Promise<string>
  /** Everything received, once it contains the text. */
  received(text: string): Promise<string>
}

export function openRawClient(origin: string): RawClient {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  let received = ''
  socket.setEncoding('latin1')
  socket.on('data', (text) => (received += String(text)))
  socket.on('error', () => {})
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(received)))
  return {
    socket,
    send: (text) => void socket.write(text),
    closed,
    async received(text) {
      while (!received.includes(text)) {
        await Promise.race([new Promise((resolve) => socket.once('data', resolve)), closed])
        if (socket.closed && !received.includes(text)) throw new Error(`closed after: ${received}`)
        await setImmediate()
      }
      return received
    },
  }
}

/** The head of a request by `writer` of the test people. */
export const requestHead = (line: string, ...headers: readonly string[]): string =>
  [
    `${line} HTTP/1.1`,
    'Host: registry.test',
    `Authorization: Basic ${btoa('writer:writer-password')}`,
    ...headers,
    '',
    '',
  ].join('\r\n')
