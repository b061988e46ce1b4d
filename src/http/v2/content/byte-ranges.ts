import { ok, err, type Result } from '#domain/values/result.ts'
import type { ObjectPart } from '#storage/object-store.ts'
import { rangeOfPart } from '#storage/object-part.ts'
import type { ByteRange } from '#storage/bytes.ts'

const wellFormed = (text: string): number | null => (/^\d{1,15}$/.test(text) ? Number(text) : null)

/**
 * What a `Range` header asks for (RFC 9110, 14.1.2): a part; `all`, which is also the answer to
 * several ranges at once and to units other than bytes, as the RFC allows; or `nothing` that any
 * blob has.
 */
function requestOf(header: string | null | undefined): ObjectPart | 'all' | 'nothing' {
  const spec = specOf(header)
  if (spec === undefined) return 'all'
  const [first, last, ...more] = spec.split('-').map((part) => part.trim())
  if (first === undefined || last === undefined || more.length > 0) return 'nothing'
  if (first === '') {
    const suffix = wellFormed(last)
    return suffix === null || suffix === 0 ? 'nothing' : { suffix }
  }
  const start = wellFormed(first)
  if (start === null) return 'nothing'
  if (last === '') return { start }
  const end = wellFormed(last)
  return end === null || start > end ? 'nothing' : { start, end }
}

const specOf = (header: string | null | undefined): string | undefined =>
  /^bytes=([^,]*)$/.exec(header?.trim() ?? '')?.[1]

/** The part of a blob to open for a `Range` header, before its size is known. Undefined: all. */
export function partToOpen(header: string | null | undefined): ObjectPart | undefined {
  const requested = requestOf(header)
  return typeof requested === 'string' ? undefined : requested
}

/** The bytes of a blob that a `Range` header asks for. Null: all of them. */
export function parseRange(
  header: string | null | undefined,
  sizeBytes: number,
): Result<ByteRange | null> {
  const requested = requestOf(header)
  if (requested === 'all') return ok(null)
  const range = requested === 'nothing' ? null : rangeOfPart(sizeBytes, requested)
  if (range !== null) return ok(range)
  const spec = specOf(header) ?? ''
  return err({
    code: 'RANGE_INVALID',
    message: `the range "${spec.slice(0, 40)}" is not within the blob's ${sizeBytes} bytes`,
  })
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
