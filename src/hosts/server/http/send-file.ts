import type { ServerResponse } from 'node:http'
import { openToRead, type FileSource } from '#adapters/filesystem/file-stream.ts'

/** Each file that is being sent holds two of them. */
const bufferBytes = 256 * 1024

/**
 * Sends a part of a file as a response; resolves when the client has it, or has disconnected. While
 * one buffer is sent the next is filled, and then both are reused: a stream allocates a new one
 * each time, which would be most of the work of a server that sends gigabytes.
 *
 * @throws with nothing sent, if the file cannot be opened. With the connection cut, if the file
 *   ends too early or cannot be read on: the client must not take what it got for the whole.
 */
export async function sendFile(
  outgoing: ServerResponse,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  source: FileSource,
  sizeBytes: number,
): Promise<void> {
  const handle = await openToRead(source.file)
  let [position, left] = [source.start, sizeBytes]

  /** Fills as much of a buffer as remains, and resolves to that. */
  async function fill(buffer: Buffer): Promise<Buffer> {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, left), position)
    if (bytesRead === 0) throw new Error(`${source.path} ends ${left} bytes too early`)
    position += bytesRead
    left -= bytesRead
    return buffer.subarray(0, bytesRead)
  }

  const closed = new Promise<void>((resolve) => outgoing.once('close', resolve))
  /** Resolves when the platform has taken the bytes, so that the buffer can be filled again. */
  const send = (bytes: Buffer): Promise<void> =>
    Promise.race([closed, new Promise<void>((resolve) => outgoing.write(bytes, () => resolve()))])

  try {
    outgoing.writeHead(status, Object.fromEntries(headers))
    const size = Math.min(bufferBytes, sizeBytes)
    let [next, other] = [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(size)]
    const fillNext = () => {
      if (left === 0) return null
      const filling = fill(next)
      ;[next, other] = [other, next]
      // Its error is thrown where it is awaited, after the current buffer is sent.
      filling.catch(() => {})
      return filling
    }
    let filling = fillNext()
    while (filling !== null && !outgoing.destroyed) {
      const sending = send(await filling)
      filling = fillNext()
      await sending
    }
    outgoing.end()
  } catch (error) {
    outgoing.destroy()
    throw error
  } finally {
    await handle.close()
  }
}
