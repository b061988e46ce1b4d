import type { Manifest } from '#domain/manifest/manifest.ts'
import { cosignSuffixes } from '../fallback-tag.ts'

/**
 * The kinds of artifacts that cosign makes: the suffix of their tags, and the media type of their
 * layers.
 */
const layerTypes: Readonly<Record<(typeof cosignSuffixes)[number], RegExp>> = {
  '.sig': /^application\/vnd\.dev\.cosign\.simplesigning\.v\d+\+json$/,
  '.att': /^application\/(?:vnd\.dsse\.envelope\.v\d+\+json|vnd\.in-toto\+json)$/,
  '.sbom': /spdx|cyclonedx|syft|sbom/i,
}

/**
 * The media type of the layers of an artifact that cosign made; null for other manifests. All
 * layers have the same kind, and the manifest names neither a subject nor an artifact type.
 */
export function cosignTypeOf(manifest: Manifest): string | null {
  if (manifest.kind === 'index' || manifest.subject !== null) return null
  const [first] = manifest.layers
  const known = first && Object.values(layerTypes).find((type) => type.test(first.mediaType))
  if (!known) return null
  return manifest.layers.every(({ mediaType }) => known.test(mediaType)) ? first.mediaType : null
}

/** Whether cosign gives tags with this suffix to its artifacts of this type. */
export const isCosignTag = (tag: string, cosignType: string): boolean =>
  cosignSuffixes.some((suffix) => tag.endsWith(suffix) && layerTypes[suffix].test(cosignType))
