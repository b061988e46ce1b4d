import { isDigest, type Digest } from '../values/digest.ts'
import { allReadingsOf } from './manifest-names.ts'
import { invalidManifest, parseManifestText } from './manifest-text.ts'
import { isFields, type Fields } from '../values/json-fields.ts'
import { mediaTypes } from '../values/media-type.ts'
import { ok, err, type Result } from '../values/result.ts'
import { platformDetails, type Platform } from '../values/platform.ts'

export type { Platform } from '../values/platform.ts'

/** A pointer to content (OCI image spec, "Content descriptors"). */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  readonly sizeBytes: number
  /** The manifest does not state its size: `sizeBytes` is 0. */
  readonly isUnsized?: true
  readonly platform?: Platform
  readonly artifactType?: string
  readonly annotations?: Readonly<Record<string, string>>
}

interface ManifestBase {
  readonly mediaType: string
  /** The manifest to which this one is attached, as a signature or an SBOM is. */
  readonly subject: Descriptor | null
  readonly artifactType: string | null
  readonly annotations: Readonly<Record<string, string>>
  /** The flaw of a manifest that was stored nevertheless; absent if there is none. */
  readonly oddity?: string
  /** If readers find different subjects: the others. */
  readonly otherSubjects?: readonly Descriptor[]
  /**
   * What stands in fields that a manifest of this kind does not have: a reader that takes it for
   * another kind needs that. Absent if there is nothing.
   */
  readonly otherFields?: readonly OtherField[]
}

type FieldName = 'config' | 'layers' | 'blobs' | 'fsLayers'

export interface OtherField {
  readonly field: FieldName
  /** Null if the field is no list. */
  readonly position: number | null
  readonly target: Descriptor
}

/** Lists a configuration and layers. An OCI artifact manifest has no configuration. */
export interface ImageManifest extends ManifestBase {
  readonly kind: 'image'
  readonly config: Descriptor | null
  readonly layers: readonly Descriptor[]
}

/** Lists other manifests, usually one for each platform. */
export interface ImageIndex extends ManifestBase {
  readonly kind: 'index'
  readonly manifests: readonly Descriptor[]
}

export type Manifest = ImageManifest | ImageIndex

/** The largest manifest that is read or accepted (the limit that registries commonly set). */
export const maximumManifestBytes = 4 * 1024 * 1024

/** An empty text counts as absent: Go writes one for a missing value. */
const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null

function textMap(value: unknown): Record<string, string> {
  if (!isFields(value)) return {}
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
}

function parsePlatform(value: unknown): Platform | undefined {
  if (!isFields(value)) return undefined
  return {
    os: text(value.os) ?? 'unknown',
    architecture: text(value.architecture) ?? 'unknown',
    ...platformDetails(value),
  }
}

const fieldNames: readonly FieldName[] = ['config', 'layers', 'blobs', 'fsLayers']

/**
 * Everything that is a descriptor in other fields than those that were read, which may hold
 * anything.
 */
function otherFieldsIn(
  fields: Fields,
  ...read: readonly FieldName[]
): { readonly otherFields?: readonly OtherField[] } {
  const others: OtherField[] = []
  for (const field of fieldNames) {
    const value = fields[field] ?? null
    if (value === null || read.includes(field)) continue
    const isOfMany = Array.isArray(value)
    for (const [position, item] of (isOfMany ? value : [value]).entries()) {
      const target = field === 'fsLayers' ? readOldLayer(item) : readDescriptor(item)
      if (typeof target === 'string') continue
      others.push({ field, position: isOfMany ? position : null, target })
    }
  }
  return others.length > 0 ? { otherFields: others } : {}
}

class NotADescriptor extends Error {}

const placeIn = (list: string, position: number | undefined): string =>
  position === undefined ? list : `${list}[${position}]`

/** What is not valid in a value that should be a descriptor. */
type Invalid = 'digest' | 'size'

function readDescriptor(value: unknown): Descriptor | Invalid {
  if (!isFields(value) || !isDigest(value.digest)) return 'digest'
  const { digest, size } = value
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return 'size'
  const mediaType = text(value.mediaType) ?? 'application/octet-stream'
  const platform = parsePlatform(value.platform)
  const artifactType = text(value.artifactType)
  // Nearly all descriptors have none of these, and there are a hundred thousand.
  if (!platform && artifactType === null && value.annotations === undefined) {
    return { mediaType, digest, sizeBytes: size }
  }
  return {
    mediaType,
    digest,
    sizeBytes: size,
    ...(platform ? { platform } : {}),
    ...(artifactType === null ? {} : { artifactType }),
    ...(isFields(value.annotations) ? { annotations: textMap(value.annotations) } : {}),
  }
}

/** @param position its position in the list of that name, if it is in a list */
function unlessInvalid(read: Descriptor | Invalid, list: string, position?: number): Descriptor {
  if (typeof read !== 'string') return read
  throw new NotADescriptor(`${placeIn(list, position)} has no valid ${read}`)
}

const parseDescriptor = (value: unknown, list: string, position?: number): Descriptor =>
  unlessInvalid(readDescriptor(value), list, position)

/** Go writes `null` for a list without items, and reads it as one. */
const isList = (value: unknown): value is readonly unknown[] | null =>
  value === null || Array.isArray(value)

const parseDescriptors = (values: readonly unknown[], list: string): Descriptor[] =>
  values.map((value, position) => parseDescriptor(value, list, position))

/**
 * Parses a manifest of any of the five kinds in use. A missing `mediaType` is normal (umoci writes
 * none), so the fields decide the kind: `manifests` makes an index, `layers` an image, `blobs` an
 * OCI artifact. A manifest of unknown media type is accepted too if it has these fields. Refuses a
 * text that other readers would take for another manifest.
 *
 * @param json the manifest's text
 */
export function parseManifest(json: string): Result<Manifest> {
  const read = parseManifestText(json)
  if (!read.ok) return read
  const { fields, ambiguity } = read.value
  if (ambiguity === null) return unlessNoDescriptor(() => parseFields(fields))
  return invalidManifest(
    `clients do not read the manifest alike: ${ambiguity}; write each name once, as it is`,
  )
}

/**
 * Parses a stored manifest, written by any software. If readers parse it differently, the result
 * has what any of them finds, so that all of that is kept; `oddity` says why.
 */
export function parseStoredManifest(json: string): Result<Manifest> {
  const read = parseManifestText(json)
  if (!read.ok) return read
  const { fields, ambiguity } = read.value
  if (ambiguity === null) return unlessNoDescriptor(() => parseStoredFields(fields))
  const oddity = `clients do not read it alike: ${ambiguity}`
  const all = allReadingsOf(json)
  if (all === null) return invalidManifest(oddity)
  return unlessNoDescriptor(() => {
    const parsed = parseStoredFields(all.fields)
    if (!parsed.ok) return parsed
    const otherSubjects = parseDescriptors(all.otherSubjects, 'subject')
    const others = otherSubjects.length > 0 ? { otherSubjects } : {}
    return ok({ ...parsed.value, oddity, ...others })
  })
}

function unlessNoDescriptor(parse: () => Result<Manifest>): Result<Manifest> {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof NotADescriptor)) throw error
    return invalidManifest(error.message)
  }
}

/**
 * Also parses what is no longer accepted: Docker's schema 1, which older registries stored. It
 * lists only layers, without their sizes.
 */
function parseStoredFields(fields: Fields): Result<Manifest> {
  const { fsLayers, layers, manifests, config } = fields
  const isOld = isList(fsLayers) && (layers ?? manifests ?? config ?? null) === null
  if (!isOld) return parseFields(fields)
  const isSigned = Array.isArray(fields.signatures)
  return ok({
    kind: 'image',
    mediaType: isSigned ? mediaTypes.dockerSigned : mediaTypes.dockerOldest,
    subject: null,
    artifactType: null,
    annotations: {},
    ...otherFieldsIn(fields, 'fsLayers'),
    config: null,
    layers: (fsLayers ?? []).map((value, position) =>
      unlessInvalid(readOldLayer(value), 'fsLayers', position),
    ),
  })
}

function readOldLayer(value: unknown): Descriptor | Invalid {
  if (!isFields(value) || !isDigest(value.blobSum)) return 'digest'
  const mediaType = 'application/vnd.docker.container.image.rootfs.diff+x-gtar'
  return { mediaType, digest: value.blobSum, sizeBytes: 0, isUnsized: true }
}

function parseFields(fields: Fields): Result<Manifest> {
  const mediaType = text(fields.mediaType)
  const base = {
    subject: isFields(fields.subject) ? parseDescriptor(fields.subject, 'subject') : null,
    artifactType: text(fields.artifactType),
    annotations: textMap(fields.annotations),
  }
  const { manifests, layers, blobs } = fields
  const isOfImage = (layers ?? blobs ?? fields.config ?? null) !== null
  if ((manifests ?? null) !== null && isOfImage) {
    // CVE-2021-41190: one document must not be an index to one reader and an image to another.
    return invalidManifest('the manifest has the fields of an index and of an image')
  }
  if (isList(manifests) && !isOfImage) {
    return ok({
      ...base,
      ...otherFieldsIn(fields),
      kind: 'index',
      mediaType: mediaType ?? mediaTypes.ociIndex,
      manifests: parseDescriptors(manifests ?? [], 'manifests'),
    })
  }
  if (isList(layers) && fields.config !== undefined) {
    return ok({
      ...base,
      ...otherFieldsIn(fields, 'config', 'layers'),
      kind: 'image',
      mediaType: mediaType ?? mediaTypes.ociImage,
      config: parseDescriptor(fields.config, 'config'),
      layers: parseDescriptors(layers ?? [], 'layers'),
    })
  }
  if (Array.isArray(blobs) || mediaType === mediaTypes.ociArtifact) {
    return ok({
      ...base,
      ...otherFieldsIn(fields, 'blobs'),
      kind: 'image',
      mediaType: mediaType ?? mediaTypes.ociArtifact,
      config: null,
      layers: parseDescriptors(Array.isArray(blobs) ? blobs : [], 'blobs'),
    })
  }
  return err({
    code: 'MANIFEST_UNKNOWN_KIND',
    message:
      fields.fsLayers === undefined
        ? 'the manifest lists neither layers nor manifests'
        : 'manifests of Docker schema 1 are not taken any more; push the image with a newer client',
  })
}
