import { parseRange, partToOpen } from './byte-ranges.ts'
import { OciError } from '../oci-error.ts'
import { blobDeletionRefused } from '../to-oci-error.ts'
import {
  intentOf,
  etagOf,
  matchesEtag,
  repositoryFor,
  requireDigest,
  type V2Call,
} from '../v2-call.ts'

/**
 * `GET` and `HEAD /v2/<name>/blobs/<digest>`, whole or a part (OCI distribution spec, "Pulling
 * blobs").
 */
export async function getBlob(call: V2Call, name: string, digestText: string): Promise<Response> {
  const { registry } = call.services
  const repository = repositoryFor(call, name, 'pull')
  const digest = requireDigest(digestText)
  const request = call.context.req.raw
  const isCached = matchesEtag(request.headers.get('If-None-Match'), digest)
  const ifRange = request.headers.get('If-Range')
  const wantsPart = ifRange === null || ifRange === etagOf(digest)
  const rangeHeader = wantsPart ? request.headers.get('Range') : null
  const isRead = request.method === 'GET' && !isCached
  const address = isRead ? await registry.blobs.addressOf(repository, digest) : null
  if (address !== null) {
    // The storage answers a range by itself, which the client asks for again there.
    const headers = { Location: address, 'Docker-Content-Digest': digest }
    return new Response(null, { status: 307, headers: { ...headers, 'Cache-Control': 'no-store' } })
  }
  const blob =
    isCached || request.method === 'HEAD'
      ? await registry.blobs.head(repository, digest, intentOf(request))
      : await registry.blobs.open(repository, digest, partToOpen(rangeHeader))
  if (blob === null) {
    throw new OciError(
      'BLOB_UNKNOWN',
      `there is no blob ${digest} in ${repository}: anyone who has its image can push it again`,
    )
  }
  const headers = new Headers({
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, max-age=31536000, immutable',
    'Content-Type': 'application/octet-stream',
    'Docker-Content-Digest': digest,
    ETag: etagOf(digest),
  })
  if (isCached) return new Response(null, { status: 304, headers })
  const body = 'body' in blob ? blob.body : null
  const { sizeBytes } = blob
  const range = parseRange(rangeHeader, sizeBytes)
  if (!range.ok) {
    await body?.cancel()
    throw new OciError('RANGE_INVALID', range.refusal.message, {
      headers: { 'Content-Range': `bytes */${sizeBytes}` },
    })
  }
  const part = range.value
  headers.set('Content-Length', String(part ? part.end - part.start + 1 : sizeBytes))
  if (part) headers.set('Content-Range', `bytes ${part.start}-${part.end}/${sizeBytes}`)
  return new Response(body, { status: part ? 206 : 200, headers })
}

/**
 * `DELETE /v2/<name>/blobs/<digest>`: unlinks the blob from the repository. Only if no image of the
 * repository, including deleted ones, would lose a blob.
 */
export async function deleteBlob(
  call: V2Call,
  name: string,
  digestText: string,
): Promise<Response> {
  const repository = repositoryFor(call, name, 'delete')
  const deleted = await call.services.registry.unlinkBlob(repository, requireDigest(digestText))
  if (!deleted.ok) throw blobDeletionRefused(deleted.refusal)
  return new Response(null, { status: 202 })
}
