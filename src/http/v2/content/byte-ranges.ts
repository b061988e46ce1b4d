import { ok, err, type Result } from '#domain/values/result.ts'
import type { ByteRange } from '#storage/storage.ts'

const wellFormed = (text: string): number | null => (/^\d{1,15}$/.test(text) ? Number(text) : null)

/**
 * The part of a blob that a `Range` header asks for (RFC 9110, 14.1.2). Null: all of it, which is
 * also the answer to several ranges at once and to units other than bytes, as the RFC allows.
 */
export function parseRange(
  header: string | null | undefined,
  sizeBytes: number,
): Result<ByteRange | null> {
  const spec = /^bytes=([^,]*)$/.exec(header?.trim() ?? '')?.[1]
  if (spec === undefined) return ok(null)
  const range = readRange(spec, sizeBytes)
  if (range === null || range.start > range.end || range.start >= sizeBytes) {
    return err({
      code: 'RANGE_INVALID',
      message: `the range "${spec.slice(0, 40)}" is not within the blob's ${sizeBytes} bytes`,
    })
  }
  return ok({ start: range.start, end: Math.min(range.end, sizeBytes - 1) })
}

function readRange(spec: string, sizeBytes: number): ByteRange | null {
  const [first, last, ...more] = spec.split('-').map((part) => part.trim())
  if (first === undefined || last === undefined || more.length > 0) return null
  if (first === '') {
    const count = wellFormed(last)
    if (count === null || count === 0) return null
    return { start: Math.max(0, sizeBytes - count), end: sizeBytes - 1 }
  }
  const start = wellFormed(first)
  const end = last === '' ? sizeBytes - 1 : wellFormed(last)
  return start === null || end === null ? null : { start, end }
}

/**
 * The offset and the announced length of an upload's chunk: `0-1023` as the distribution spec
 * writes `Content-Range`, or `bytes 0-1023/*` as HTTP does.
 */
export function parseChunkRange(header: string): Result<{ offset: number; sizeBytes: number }> {
  const match = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d{1,15}|\*))?$/.exec(header.trim())
  const offset = Number(match?.[1])
  const end = Number(match?.[2])
  if (match === null || end < offset) {
    return err({
      code: 'BLOB_UPLOAD_INVALID',
      message: 'Content-Range must be "<first byte>-<last byte>", such as "0-1023"',
    })
  }
  return ok({ offset, sizeBytes: end - offset + 1 })
}
