import type { ObjectHead, ObjectPart, OpenedObject } from './object-store.ts'
import type { ByteRange, Bytes } from './bytes.ts'

/** The part of the requested bytes that exists; null where none does. */
export function rangeOfPart(sizeBytes: number, part: ObjectPart = { start: 0 }): ByteRange | null {
  const start = 'suffix' in part ? Math.max(0, sizeBytes - part.suffix) : part.start
  const end = Math.min(sizeBytes, 'suffix' in part ? sizeBytes : (part.end ?? sizeBytes) + 1) - 1
  return start <= end ? { start, end } : null
}

const noBytes = (): ReadableStream<Bytes> =>
  new ReadableStream({ start: (controller) => controller.close() }, { highWaterMark: 0 })

/** A file that can be read from any byte to any other. */
interface ReadableFile extends ObjectHead {
  stream(range?: ByteRange): ReadableStream<Bytes>
}

/** The requested part of a file. */
export function openedOf(file: ReadableFile, part?: ObjectPart): OpenedObject {
  const { sizeBytes, modifiedAtMs } = file
  const range = rangeOfPart(sizeBytes, part)
  return { sizeBytes, modifiedAtMs, range, body: range ? file.stream(range) : noBytes() }
}
