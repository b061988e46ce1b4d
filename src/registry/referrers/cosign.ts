import type { Manifest } from '#domain/manifest/manifest.ts'

/** What cosign makes under the tag with each suffix, by the media types of its layers. */
const layers: readonly (readonly [suffix: string, layer: RegExp])[] = [
  ['.sig', /^application\/vnd\.dev\.cosign\.simplesigning\.v\d+\+json$/],
  ['.att', /^application\/(?:vnd\.dsse\.envelope\.v\d+\+json|vnd\.in-toto\+json)$/],
  ['.sbom', /spdx|cyclonedx|syft|sbom/i],
]

/**
 * The media type of the layers of what cosign makes, all of one kind; null for other manifests. It
 * names neither a subject nor an artifact type.
 */
export function cosignTypeOf(manifest: Manifest): string | null {
  if (manifest.kind === 'index' || manifest.subject !== null) return null
  const [first] = manifest.layers
  const known = first && layers.find(([, layer]) => layer.test(first.mediaType))
  if (!known) return null
  return manifest.layers.every(({ mediaType }) => known[1].test(mediaType)) ? first.mediaType : null
}

/** Whether a tag with its suffix is what cosign gives to what it makes of this type. */
export const isCosignTag = (tag: string, cosignType: string): boolean =>
  layers.some(([suffix, layer]) => tag.endsWith(suffix) && layer.test(cosignType))
