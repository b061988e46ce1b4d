import type { Digest } from '#domain/values/digest.ts'
import { parseManifestBytes } from './manifest-reading.ts'
import type { Bytes } from '#storage/storage.ts'

/** What a client is told about a manifest, which only reading all of it tells. */
export interface ToldMediaType {
  readonly mediaType: string
  /** False: it is served as it is, and called bytes. */
  readonly isUnderstood: boolean
}

const maximumKnown = 20_000
/** What a manifest is called that does not say, or not so that it is understood, what it is. */
const anyMediaType = 'application/octet-stream'

/**
 * What manifests are called, each read for it once and no more: it never changes under a digest.
 * Clients ask for the same ones again and again, and reading one of four mebibytes takes as long as
 * serving a hundred others.
 */
export function createKnownMediaTypes(
  maximum = maximumKnown,
): (digest: Digest, bytes: Bytes) => ToldMediaType {
  const known = new Map<Digest, ToldMediaType>()
  return (digest, bytes) => {
    const told = known.get(digest) ?? mediaTypeOf(bytes)
    // The one asked for last goes last.
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
