import type { Digest } from '#domain/digest.ts'
import { referencesOf, type Descriptor, type Manifest } from '#domain/manifest.ts'

/**
 * A layer that is never pushed: Windows base layers, fetched from elsewhere (Docker "foreign", OCI
 * "nondistributable" layers).
 */
const isForeignLayer = ({ mediaType }: Descriptor): boolean =>
  mediaType.includes('.foreign.') || mediaType.includes('.nondistributable.')

/** What must be on storage for a manifest to be whole, each digest once. */
export function storedReferencesOf(manifest: Manifest): readonly Descriptor[] {
  const byDigest = new Map<Digest, Descriptor>()
  for (const descriptor of referencesOf(manifest)) {
    if (!isForeignLayer(descriptor)) byDigest.set(descriptor.digest, descriptor)
  }
  return [...byDigest.values()]
}
