import type { ServerResponse } from 'node:http'
import { openToRead, type FileSource } from '#adapters/filesystem/file-stream.ts'

/** Two of them are held for each file on its way. */
const bufferBytes = 256 * 1024

/**
 * Sends so many bytes of a file as a response; over when the client has them, or has gone. While one
 * buffer is on its way the next is read, and then both are used again: a stream needs a new one each
 * time, and a server that sends gigabytes does little else than to get rid of them.
 *
 * @throws with nothing sent, when the file cannot be opened. When it ends too early, or cannot be read
 * any further, with the connection cut: the client must not take what it got for all.
 */
export async function sendFile(
  outgoing: ServerResponse,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  source: FileSource,
  sizeBytes: number,
): Promise<void> {
  const handle = await openToRead(source.file)
  let [position, left] = [source.start, sizeBytes]

  /** Fills as much of a buffer as is left, and resolves to that. */
  async function fill(buffer: Buffer): Promise<Buffer> {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, left), position)
    if (bytesRead === 0) throw new Error(`${source.path} ends ${left} bytes too early`)
    position += bytesRead
    left -= bytesRead
    return buffer.subarray(0, bytesRead)
  }

  const closed = new Promise<void>((resolve) => outgoing.once('close', resolve))
  /** Resolves when the platform has taken it, and the buffer may be filled again. */
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
      // It is looked at after what is being sent.
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
