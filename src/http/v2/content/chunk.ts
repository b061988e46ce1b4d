import type { Chunk } from '#registry/uploads/uploads.ts'
import { parseChunkRange } from './byte-ranges.ts'
import { OciError } from '../oci-error.ts'
import { bodyOf, type BodyFlow } from './request-body.ts'

/** The body's length by `Content-Length`; undefined with chunked transfer encoding. */
export function announcedBytes(request: Request): number | undefined {
  const header = request.headers.get('Content-Length')
  if (header === null) return undefined
  if (!/^\d{1,15}$/.test(header)) {
    throw new OciError('SIZE_INVALID', 'Content-Length must be a number of bytes')
  }
  return Number(header)
}

/** The body as a chunk of an upload; undefined without a body. Does not read it yet. */
export function chunkOf(request: Request, flow: BodyFlow): Chunk | undefined {
  const header = request.headers.get('Content-Range')
  const range = header === null ? null : parseChunkRange(header)
  if (range !== null && !range.ok) {
    throw new OciError('BLOB_UPLOAD_INVALID', range.refusal.message)
  }
  const announced = announcedBytes(request)
  const { offset, sizeBytes } = range?.value ?? {}
  if (announced !== undefined && sizeBytes !== undefined && announced !== sizeBytes) {
    throw new OciError('SIZE_INVALID', 'Content-Range and Content-Length contradict each other')
  }
  const body = bodyOf(request, flow)
  if (body === null) return undefined
  return {
    body,
    ...(offset === undefined ? {} : { offset }),
    ...(sizeBytes === undefined && announced === undefined
      ? {}
      : { sizeBytes: sizeBytes ?? announced }),
  }
}
