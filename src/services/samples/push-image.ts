import type { BuiltManifest, Content } from './image-builder.ts'

/** Answers a request to `/v2/` in the name of an account that may push. */
export type Push = (request: Request) => Promise<Response>

export interface PushTarget {
  readonly push: Push
  /** The origin of the registry: `http://127.0.0.1:4400`. */
  readonly origin: string
}

async function send(target: PushTarget, path: string, init: RequestInit): Promise<Response> {
  const response = await target.push(new Request(new URL(path, target.origin), init))
  if (!response.ok) {
    throw new Error(`${init.method} ${path}: ${response.status} ${await response.text()}`)
  }
  return response
}

/** Asks first and uploads only what is missing, as clients do. */
async function pushBlob(target: PushTarget, repository: string, blob: Content): Promise<void> {
  const path = `/v2/${repository}/blobs/${blob.digest}`
  const known = await target.push(new Request(new URL(path, target.origin), { method: 'HEAD' }))
  if (known.ok) return
  const upload = await send(target, `/v2/${repository}/blobs/uploads/`, { method: 'POST' })
  const location = upload.headers.get('Location')
  if (location === null) throw new Error('the registry gave an upload without a Location')
  const destination = new URL(location, target.origin)
  destination.searchParams.set('digest', blob.digest)
  await send(target, destination.href, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: blob.bytes,
  })
}

/**
 * Pushes an image with everything under it, in the order that every client uses: blobs, platforms
 * by digest, then the manifest by each of its tags (by digest if it has none).
 */
export async function pushImage(
  target: PushTarget,
  repository: string,
  image: BuiltManifest,
  tags: readonly string[],
): Promise<void> {
  for (const blob of image.blobs) await pushBlob(target, repository, blob)
  for (const child of image.children) await pushImage(target, repository, child, [])
  const references = tags.length > 0 ? tags : [image.manifest.digest]
  for (const reference of references) {
    await send(target, `/v2/${repository}/manifests/${reference}`, {
      method: 'PUT',
      headers: { 'Content-Type': image.manifest.mediaType },
      body: image.manifest.bytes,
    })
  }
}
