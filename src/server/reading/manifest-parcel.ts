import type { Digest } from '#domain/digest.ts'
import type { Descriptor, Manifest } from '#domain/manifest.ts'
import type { InventoryReading } from '#registry/inventory-reads.ts'
import type { ManifestOrigin } from '#registry/manifest-memory.ts'

/**
 * A reading on its way between threads. Two texts and a list of numbers cost a fraction of what as
 * many objects as a manifest has descriptors do.
 */
export type ManifestParcel =
  | Exclude<InventoryReading, { readonly kind: 'manifest' }>
  | {
      readonly kind: Manifest['kind']
      /** The digests, one after the other: configuration, then layers, or manifests; then the subject. */
      readonly digests: string
      /** The media type of each, where it differs from the one before; else nothing. */
      readonly mediaTypes: string
      /** Its own size, then that of each. */
      readonly sizes: Float64Array
      readonly mediaType: string
      readonly hasConfig: boolean
      readonly hasSubject: boolean
      readonly origin: ManifestOrigin | undefined
    }

/** A line break is in no digest and in no media type that JSON can give unescaped. */
const separator = '\n'

/** Packs what a collection goes by. Annotations and platforms stay behind. */
export function packManifest(reading: InventoryReading): ManifestParcel {
  if (reading.kind !== 'manifest') return reading
  const { manifest, sizeBytes, origin } = reading
  const config = manifest.kind === 'image' ? manifest.config : null
  const listed: Descriptor[] = config ? [config] : []
  listed.push(...(manifest.kind === 'image' ? manifest.layers : manifest.manifests))
  if (manifest.subject) listed.push(manifest.subject)
  let last = ''
  const mediaTypes = listed.map(({ mediaType }) => {
    if (mediaType === last) return ''
    last = mediaType
    return mediaType.replaceAll(separator, ' ')
  })
  const sizes = new Float64Array(listed.length + 1)
  sizes[0] = sizeBytes
  for (const [position, descriptor] of listed.entries()) sizes[position + 1] = descriptor.sizeBytes
  return {
    kind: manifest.kind,
    digests: listed.map(({ digest }) => digest).join(separator),
    mediaTypes: mediaTypes.join(separator),
    sizes,
    mediaType: manifest.mediaType,
    hasConfig: config !== null,
    hasSubject: manifest.subject !== null,
    origin,
  }
}

export function unpackManifest(parcel: ManifestParcel): InventoryReading {
  if (parcel.kind === 'missing' || parcel.kind === 'unreadable') return parcel
  const { kind, digests, mediaTypes, sizes, mediaType, hasConfig, hasSubject, origin } = parcel
  const types = mediaTypes.split(separator)
  let last = ''
  const listed: Descriptor[] = []
  if (sizes.length > 1) {
    for (const [position, digest] of digests.split(separator).entries()) {
      last = types[position] === '' ? last : (types[position] ?? last)
      listed.push({
        mediaType: last,
        digest: digest as Digest,
        sizeBytes: sizes[position + 1] ?? 0,
      })
    }
  }
  const subject = hasSubject ? (listed.pop() ?? null) : null
  const config = hasConfig ? (listed.shift() ?? null) : null
  const common = { mediaType, subject, artifactType: null, annotations: {} }
  return {
    kind: 'manifest',
    sizeBytes: sizes[0] ?? 0,
    ...(origin === undefined ? {} : { origin }),
    manifest:
      kind === 'index'
        ? { ...common, kind, manifests: listed }
        : { ...common, kind, config, layers: listed },
  }
}
