import { createDigester } from '#adapters/crypto-web/digester.ts'
import type { Digest, DigestAlgorithm } from '#domain/values/digest.ts'
import { mediaTypes } from '#domain/values/media-type.ts'
import type { Bytes } from '#storage/bytes.ts'

/** Bytes with their digest: a blob, or a manifest as it is pushed. */
export interface TinyContent {
  readonly digest: Digest
  readonly bytes: Bytes
}

export interface TinyManifest extends TinyContent {
  readonly mediaType: string
  /** What must be pushed before it. */
  readonly blobs: readonly TinyContent[]
}

export function contentOf(
  text: string | Bytes,
  algorithm: DigestAlgorithm = 'sha256',
): TinyContent {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const digester = createDigester(algorithm)
  digester.update(bytes)
  return { digest: digester.digest(), bytes }
}

/** The same bytes by their sha512. */
export const bySha512 = <T extends TinyContent>(content: T): T => ({
  ...content,
  ...contentOf(content.bytes, 'sha512'),
})

const descriptorOf = (mediaType: string, { digest, bytes }: TinyContent) => ({
  mediaType,
  digest,
  size: bytes.length,
})

export interface TinyImageParts {
  /** Each layer's bytes, as text: the same text is the same layer. */
  readonly layers: readonly string[]
  readonly config?: string
  readonly configMediaType?: string
  readonly layerMediaType?: string
  readonly subject?: TinyManifest
  /** The algorithm of its blobs' digests. */
  readonly algorithm?: DigestAlgorithm
  readonly artifactType?: string
  readonly annotations?: Readonly<Record<string, string>>
}

/** An image of a few bytes, valid except that its layers are no archives. */
export function tinyImage(parts: TinyImageParts): TinyManifest {
  const mediaType = mediaTypes.ociImage
  const config = contentOf(parts.config ?? '{"architecture":"amd64","os":"linux"}', parts.algorithm)
  const layers = parts.layers.map((layer) => contentOf(layer, parts.algorithm))
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: descriptorOf(
      parts.configMediaType ?? 'application/vnd.oci.image.config.v1+json',
      config,
    ),
    layers: layers.map((layer) =>
      descriptorOf(parts.layerMediaType ?? 'application/vnd.oci.image.layer.v1.tar+gzip', layer),
    ),
    ...(parts.subject ? { subject: descriptorOf(parts.subject.mediaType, parts.subject) } : {}),
    ...(parts.artifactType ? { artifactType: parts.artifactType } : {}),
    ...(parts.annotations ? { annotations: parts.annotations } : {}),
  }
  return { ...contentOf(JSON.stringify(manifest)), mediaType, blobs: [config, ...layers] }
}

/** An index over images, which must be pushed before it. */
export function tinyIndex(
  platforms: Readonly<Record<string, TinyManifest>>,
  subject?: TinyManifest,
): TinyManifest {
  const mediaType = mediaTypes.ociIndex
  const index = {
    schemaVersion: 2,
    mediaType,
    manifests: Object.entries(platforms).map(([architecture, image]) => ({
      ...descriptorOf(image.mediaType, image),
      platform: { os: 'linux', architecture },
    })),
    ...(subject ? { subject: descriptorOf(subject.mediaType, subject) } : {}),
  }
  return { ...contentOf(JSON.stringify(index)), mediaType, blobs: [] }
}

/** An index over any content, also blobs, under the given media types. */
export function indexOfEntries(
  entries: readonly (readonly [mediaType: string, content: TinyContent])[],
): TinyManifest {
  const mediaType = mediaTypes.ociIndex
  const manifests = entries.map(([type, content]) => descriptorOf(type, content))
  const index = contentOf(JSON.stringify({ schemaVersion: 2, mediaType, manifests }))
  return { ...index, mediaType, blobs: [] }
}
