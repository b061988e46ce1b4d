import type { Digest } from '#domain/digest.ts'
import { referencesOf, type Descriptor, type Manifest } from '#domain/manifest.ts'
import { isForeignMediaType } from '#domain/media-type.ts'

/** What must be on storage for a manifest to be whole, each digest once. */
export function storedReferencesOf(manifest: Manifest): readonly Descriptor[] {
  const byDigest = new Map<Digest, Descriptor>()
  for (const descriptor of referencesOf(manifest)) {
    if (!isForeignMediaType(descriptor.mediaType)) byDigest.set(descriptor.digest, descriptor)
  }
  return [...byDigest.values()]
}
