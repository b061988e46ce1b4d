import type { Manifest } from '#domain/manifest/manifest.ts'

/**
 * The kinds of artifacts that cosign makes: the suffix of their tags, and the media type of their
 * layers.
 */
const layers: readonly (readonly [suffix: string, layer: RegExp])[] = [
  ['.sig', /^application\/vnd\.dev\.cosign\.simplesigning\.v\d+\+json$/],
  ['.att', /^application\/(?:vnd\.dsse\.envelope\.v\d+\+json|vnd\.in-toto\+json)$/],
  ['.sbom', /spdx|cyclonedx|syft|sbom/i],
]

/**
 * The media type of the layers of an artifact that cosign made; null for other manifests. All
 * layers have the same kind, and the manifest names neither a subject nor an artifact type.
 */
export function cosignTypeOf(manifest: Manifest): string | null {
  if (manifest.kind === 'index' || manifest.subject !== null) return null
  const [first] = manifest.layers
  const known = first && layers.find(([, layer]) => layer.test(first.mediaType))
  if (!known) return null
  return manifest.layers.every(({ mediaType }) => known[1].test(mediaType)) ? first.mediaType : null
}

/** Whether cosign gives tags with this suffix to its artifacts of this type. */
export const isCosignTag = (tag: string, cosignType: string): boolean =>
  layers.some(([suffix, layer]) => tag.endsWith(suffix) && layer.test(cosignType))
