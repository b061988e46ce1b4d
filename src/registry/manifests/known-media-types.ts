import type { Digest } from '#domain/values/digest.ts'
import { parseManifestBytes } from './manifest-reading.ts'
import type { Bytes } from '#storage/bytes.ts'

/** What a client is told about a manifest: only reading all of it shows this. */
export interface ToldMediaType {
  readonly mediaType: string
  /** False: it is served unchanged, as a file of unknown type. */
  readonly isUnderstood: boolean
}

const maximumKnown = 20_000
/**
 * The media type of a manifest that does not state its type, or not in a form that is understood.
 */
const anyMediaType = 'application/octet-stream'

/**
 * The media types of manifests. Each manifest is read once for this: it never changes under its
 * digest. Clients ask for the same ones often, and reading a manifest of four mebibytes takes as
 * long as serving a hundred others.
 */
export function createKnownMediaTypes(
  maximum = maximumKnown,
): (digest: Digest, bytes: Bytes) => ToldMediaType {
  const known = new Map<Digest, ToldMediaType>()
  return (digest, bytes) => {
    const told = known.get(digest) ?? mediaTypeOf(bytes)
    // Moves the digest to the end: the least recently used is dropped first.
    known.delete(digest)
    known.set(digest, told)
    const [oldest] = known.keys()
    if (known.size > maximum && oldest !== undefined) known.delete(oldest)
    return told
  }
}

export function mediaTypeOf(bytes: Bytes): ToldMediaType {
  const parsed = parseManifestBytes(bytes)
  return parsed.ok
    ? { mediaType: parsed.value.mediaType, isUnderstood: true }
    : { mediaType: anyMediaType, isUnderstood: false }
}
