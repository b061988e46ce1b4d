import type { Digest } from '#domain/values/digest.ts'
import {
  maximumManifestBytes,
  referencesOf,
  type Descriptor,
  type Manifest,
} from '#domain/manifest/manifest.ts'
import { isManifestMediaType } from '#domain/values/media-type.ts'
import { ok, err, type Result } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { blobFolder } from '../layout.ts'
import { findLinkedContent, type LinkedContent } from './linked-content.ts'
import {
  parsePushedBytes,
  readManifests,
  type ManifestBytesReadResult,
} from './manifest-reading.ts'
import type { ManifestRefusal } from './manifest-refusal.ts'
import { digestsNamedIn } from './digests-in-bytes.ts'
import type { InUseGuard } from '../removal/removals.ts'
import {
  isSurelyBlob,
  isSurelyManifest,
  placedReferencesOf,
  storedReferencesOf,
} from '#graph/edges.ts'
import type { ObjectHead, ObjectReader } from '#storage/object-store.ts'
import type { Bytes } from '#storage/bytes.ts'

/** Parses the manifest that a client sends. */
export function parsePushedManifest(
  bytes: Bytes,
  contentType: string | undefined,
): Result<Manifest, ManifestRefusal> {
  if (bytes.length > maximumManifestBytes) {
    return err({
      code: 'MANIFEST_TOO_LARGE',
      message: `the manifest has ${bytes.length} bytes; at most ${maximumManifestBytes} are taken: list less in it`,
    })
  }
  const parsed = parsePushedBytes(bytes)
  if (!parsed.ok) return err({ ...parsed.refusal, code: 'MANIFEST_INVALID' })
  const declared = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  // Storage keeps no media type: it would later serve the manifest with the type that its bytes
  // tell.
  if (declared && isManifestMediaType(declared) && declared !== parsed.value.mediaType) {
    return err({
      code: 'MANIFEST_INVALID',
      message: `the manifest is ${parsed.value.mediaType}, but was sent as ${declared}: send it as what it is`,
    })
  }
  return ok(parsed.value)
}

/** Few, so that other requests run in between: reading a large manifest takes some 10 ms. */
const manifestsAtOnce = 4

/**
 * Leases everything that a manifest leads to, each digest before it is read: its references, and
 * the references of the manifests that it lists. Returns these digests, without the manifest's
 * subject.
 */
export async function leaseReachable(
  objects: Pick<ObjectReader, 'getMany'>,
  guard: InUseGuard,
  manifest: Manifest,
): Promise<ReadonlySet<Digest>> {
  const reach = new Set<Digest>()
  const { subject } = manifest
  if (subject) guard.lease(blobFolder(subject.digest), subject.digest)
  const waiting: Needed[] = [neededBy(manifest)]
  for (const { digests, manifests, areBlobs } of waiting) {
    const listed = new Set(digests)
    for (const digest of listed) {
      guard.lease(blobFolder(digest), digest)
      if (reach.has(digest)) listed.delete(digest)
      reach.add(digest)
    }
    if (areBlobs) continue
    for (const slice of inSlices(listed, manifestsAtOnce)) {
      const readings = await readManifests(objects, slice)
      for (const [position, digest] of slice.entries()) {
        const inner = neededByWhatIs(readings[position], manifests.has(digest))
        if (inner !== null) waiting.push(inner)
      }
    }
  }
  return reach
}

interface Needed {
  readonly digests: readonly Digest[]
  /** The digests that are manifests for certain. */
  readonly manifests: ReadonlySet<Digest>
  /** True when none of the digests is a manifest. */
  readonly areBlobs: boolean
}

/** Includes layers that need not be on storage: where they are, they are needed. */
function neededBy(manifest: Manifest): Needed {
  const references = referencesOf(manifest)
  const surely = references.filter((reference) => isSurelyManifest(manifest, reference))
  return {
    digests: references.map(({ digest }) => digest),
    manifests: new Set(surely.map(({ digest }) => digest)),
    areBlobs: isSurelyBlob(manifest),
  }
}

/** @param isManifest whether it is a manifest for certain: a blob does not lead to what it names */
function neededByWhatIs(
  reading: ManifestBytesReadResult | undefined,
  isManifest: boolean,
): Needed | null {
  if (reading?.kind === 'manifest') return neededBy(reading.manifest)
  if (reading?.kind !== 'opaque' || !isManifest) return null
  return { digests: digestsNamedIn(reading.bytes), manifests: new Set(), areBlobs: false }
}

export interface CheckedReferences {
  /** Everything that the manifest refers to and the repository does not have. */
  readonly missing: readonly Digest[]
  /**
   * The part of `missing` that an index lists as manifests and the repository does not link: an
   * index may be sparse. Excludes what is linked and gone, or being removed at this moment.
   */
  readonly absent: readonly Digest[]
  /** References with a wrong size, in words that name both sizes. */
  readonly misstated: readonly string[]
}

/**
 * Compares the references of manifests with the contents of the repository, in one call. Returns as
 * many results as manifests, in their order.
 */
export async function checkAllReferences(
  objects: Pick<ObjectReader, 'getMany' | 'headMany'>,
  guard: InUseGuard,
  repository: RepositoryName,
  manifests: readonly Manifest[],
): Promise<readonly CheckedReferences[]> {
  const requested = { manifests: new Set<Digest>(), blobs: new Set<Digest>() }
  for (const manifest of manifests) {
    for (const reference of referencesOf(manifest)) {
      if (!isSurelyBlob(manifest)) requested.manifests.add(reference.digest)
      if (!isSurelyManifest(manifest, reference)) requested.blobs.add(reference.digest)
    }
  }
  const content = await findLinkedContent(objects, guard, repository, requested)
  return manifests.map((manifest) => compareReferences(manifest, content))
}

/** The same for one manifest. */
export async function checkReferences(
  objects: Pick<ObjectReader, 'getMany' | 'headMany'>,
  guard: InUseGuard,
  repository: RepositoryName,
  manifest: Manifest,
): Promise<CheckedReferences> {
  const [checked] = await checkAllReferences(objects, guard, repository, [manifest])
  return checked ?? compareReferences(manifest, { manifests: new Map(), blobs: new Map() })
}

/** What a reference leads to: through the link of a manifest, or of a blob. */
function findReference(
  manifest: Manifest,
  { manifests, blobs }: LinkedContent,
  reference: Descriptor,
): ObjectHead | 'not linked' | null {
  const { digest } = reference
  const asManifest = isSurelyBlob(manifest) ? null : (manifests.get(digest) ?? null)
  if (isSurelyManifest(manifest, reference)) return asManifest
  if (asManifest !== null && asManifest !== 'not linked') return asManifest
  return blobs.get(digest) ?? null
}

function compareReferences(manifest: Manifest, content: LinkedContent): CheckedReferences {
  const sizeOf = (reference: Descriptor): number | null => {
    const found = findReference(manifest, content, reference)
    return found === null || found === 'not linked' ? null : found.sizeBytes
  }
  const missing = new Set<Digest>()
  const absent = new Set<Digest>()
  for (const reference of storedReferencesOf(manifest)) {
    if (sizeOf(reference) !== null) continue
    missing.add(reference.digest)
    if (findReference(manifest, content, reference) === 'not linked') absent.add(reference.digest)
  }
  // A digest that the manifest also lists as something else must be on storage: no sparse index may
  // lack it.
  for (const reference of referencesOf(manifest)) {
    if (!isSurelyManifest(manifest, reference)) absent.delete(reference.digest)
  }
  const misstated = placedReferencesOf(manifest).flatMap(([place, reference]) => {
    const stored = sizeOf(reference)
    return stored === null || stored === reference.sizeBytes
      ? []
      : [`${place} says that ${reference.digest} has ${reference.sizeBytes} bytes, not ${stored}`]
  })
  return { missing: [...missing], absent: [...absent], misstated }
}

/**
 * A manifest can refer to tens of thousands of digests: the response must not be larger than the
 * request.
 */
const missingListed = 100
const missingNamed = 10

const inShort = (missing: readonly string[]): string =>
  missing.length > missingNamed
    ? `${missing.slice(0, missingNamed).join(', ')} and ${missing.length - missingNamed} more`
    : missing.join(', ')

export interface Judged {
  /** Why the manifest is refused; null when nothing is wrong. */
  readonly refusal: ManifestRefusal | null
  /** It is an index that may lack the absent manifests. */
  readonly isSparse: boolean
}

/** @param acceptsSparseIndexes called only where something is absent */
export async function judge(
  checked: CheckedReferences,
  acceptsSparseIndexes: () => Promise<boolean>,
): Promise<Judged> {
  const absent = new Set(checked.absent)
  const isSparse = absent.size > 0 && (await acceptsSparseIndexes())
  if (!isSparse) return { refusal: refusalOf(checked), isSparse }
  const missing = checked.missing.filter((digest) => !absent.has(digest))
  return { refusal: refusalOf({ ...checked, missing }), isSparse }
}

/** Why a manifest with these references is refused; null when nothing is wrong. */
function refusalOf({
  missing,
  misstated,
}: Pick<CheckedReferences, 'missing' | 'misstated'>): ManifestRefusal | null {
  if (missing.length > 0) {
    return {
      code: 'MANIFEST_BLOB_UNKNOWN',
      message: `the repository lacks what the manifest refers to: ${inShort(missing)}; push that first`,
      missing: missing.slice(0, missingListed),
    }
  }
  if (misstated.length === 0) return null
  const message = `sizes differ from what is stored: ${inShort(misstated)}; correct them and push again`
  return { code: 'MANIFEST_INVALID', message }
}
