import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import type { ByteRange, Bytes } from '#storage/bytes.ts'
import type { MayWrite } from '#coordination/leadership.ts'
import { storageErrorOf, withStorageErrors } from './file-errors.ts'

const chunkBytes = 256 * 1024

/** The file that a stream reads, for a sender that can use it directly. */
export interface FileSource {
  readonly file: string
  /** For errors. */
  readonly path: string
  /** The start, in bytes. */
  readonly start: number
}

const sources = new WeakMap<ReadableStream, FileSource>()

/** The source of a stream, if it is a file of a storage and nothing of it has been read. */
export const sourceOfStream = (stream: ReadableStream): FileSource | undefined =>
  stream.locked ? undefined : sources.get(stream)

export const openToRead = (file: string): Promise<FileHandle> =>
  open(file, constants.O_RDONLY | constants.O_NOFOLLOW)

/**
 * A file, read only as fast as it is consumed. The first read opens it; it is closed at the end, on
 * failure, or when the reader cancels.
 *
 * @param path for errors
 */
export function streamOfFile(
  file: string,
  path: string,
  range: ByteRange | undefined,
): ReadableStream<Bytes> {
  const start = range?.start ?? 0
  let position = start
  const end = (range?.end ?? Infinity) + 1
  let handle: FileHandle | null = null

  const close = async () => {
    const closing = handle
    handle = null
    await closing?.close()
  }

  const stream = new ReadableStream<Bytes>(
    {
      async pull(controller) {
        try {
          handle ??= await openToRead(file)
          const chunk = new Uint8Array(Math.max(0, Math.min(chunkBytes, end - position)))
          const { bytesRead } = await handle.read(chunk, 0, chunk.length, position)
          position += bytesRead
          if (bytesRead > 0) return controller.enqueue(chunk.subarray(0, bytesRead))
          await close()
          controller.close()
        } catch (error) {
          await close()
          throw storageErrorOf(error, path)
        }
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  )
  sources.set(stream, { file, path, start })
  return stream
}

async function writeAll(
  handle: FileHandle,
  bytes: Bytes,
  path: string,
  mayWrite: MayWrite,
): Promise<void> {
  await withStorageErrors(path, async () => {
    for (let written = 0; written < bytes.length;) {
      await mayWrite('part')
      written += (await handle.write(bytes, written)).bytesWritten
    }
  })
}

/**
 * Writes a body as it arrives, at most one chunk ahead of the disk. Returns the bytes written.
 *
 * @param mayGoOn called before each chunk of a stream; throws to stop
 */
export async function writeBody(
  handle: FileHandle,
  body: Bytes | ReadableStream<Bytes>,
  path: string,
  mayWrite: MayWrite,
  mayGoOn: () => void,
): Promise<number> {
  if (body instanceof Uint8Array) {
    await writeAll(handle, body, path, mayWrite)
    return body.length
  }
  const reader = body.getReader()
  let sizeBytes = 0
  try {
    let reading = reader.read()
    for (;;) {
      const { done, value } = await reading
      if (done) return sizeBytes
      // The next chunk arrives, and is hashed, while this one is written.
      reading = reader.read()
      // If it fails, the earlier ones are written first.
      reading.catch(() => {})
      mayGoOn()
      await writeAll(handle, value, path, mayWrite)
      sizeBytes += value.length
    }
  } catch (error) {
    await reader.cancel(error).catch(() => {})
    throw error
  }
}
