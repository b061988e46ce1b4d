import type { Digest } from '#domain/values/digest.ts'
import { referencesOf, type Descriptor, type Manifest } from '#domain/manifest/manifest.ts'
import type { ManifestContents } from './manifest-contents.ts'
import { isForeignMediaType, isManifestMediaType, mediaTypes } from '#domain/values/media-type.ts'

/**
 * Whether a reference leads to a manifest for certain. An index lists blobs too (build caches,
 * checkpoints), under media types of any kind: if the type is no manifest's, only the contents of
 * the repository tell what the reference is.
 */
export const isSurelyManifest = ({ kind }: Manifest, { mediaType }: Descriptor): boolean =>
  kind === 'index' && isManifestMediaType(mediaType)

export const isSurelyBlob = ({ kind }: Manifest): boolean => kind === 'image'

/** What must be on storage for a manifest to be whole, each digest once. */
export function storedReferencesOf(manifest: Manifest): readonly Descriptor[] {
  const byDigest = new Map<Digest, Descriptor>()
  for (const descriptor of referencesOf(manifest)) {
    if (!isForeignMediaType(descriptor.mediaType)) byDigest.set(descriptor.digest, descriptor)
  }
  return [...byDigest.values()]
}

/** Layers that need not be on storage, because clients fetch them from elsewhere. */
export const foreignReferencesOf = (manifest: Manifest): readonly Digest[] => [
  ...new Set(
    referencesOf(manifest)
      .filter(({ mediaType }) => isForeignMediaType(mediaType))
      .map(({ digest }) => digest),
  ),
]

/**
 * What a manifest protects from a collection, in its order: includes layers that need not be on
 * storage.
 */
export function retainedReferencesOf({
  manifest,
  pushed = [],
}: ManifestContents): readonly Descriptor[] {
  if (pushed.length === 0) return storedReferencesOf(manifest)
  const sizes = new Map(pushed.map(({ digest, sizeBytes }) => [digest, sizeBytes]))
  const byDigest = new Map<Digest, Descriptor>()
  for (const reference of referencesOf(manifest)) {
    const { digest, mediaType } = reference
    const stored = sizes.get(digest)
    if (!isForeignMediaType(mediaType)) byDigest.set(digest, reference)
    else if (stored !== undefined) byDigest.set(digest, { ...reference, sizeBytes: stored })
  }
  return [...byDigest.values()]
}

/** Every reference with its place in the manifest: `config`, `layers[0]`, `manifests[1]`. */
export function placedReferencesOf(
  manifest: Manifest,
): readonly (readonly [place: string, reference: Descriptor])[] {
  if (manifest.kind === 'index') return placed('manifests', manifest.manifests)
  const list = manifest.mediaType === mediaTypes.ociArtifact ? 'blobs' : 'layers'
  const layers = placed(list, manifest.layers)
  return manifest.config ? [['config', manifest.config], ...layers] : layers
}

const placed = (list: string, references: readonly Descriptor[]) =>
  references.map((reference, position) => [`${list}[${position}]`, reference] as const)
