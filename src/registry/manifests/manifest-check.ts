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
import { openLinkedBlob } from '../blobs/blob-store.ts'
import { inBatches, mapInBatches } from '../in-batches.ts'
import { blobFile, blobFolder, revisionFolder, revisionLink } from '../layout.ts'
import { parsePushedBytes, readManifest, type ManifestBytesReadResult } from './manifest-reading.ts'
import type { ManifestRefusal } from './manifest-refusal.ts'
import { digestsNamedIn } from './digests-in-bytes.ts'
import type { InUseGuard } from '../removal/removals.ts'
import {
  isSurelyBlob,
  isSurelyManifest,
  placedReferencesOf,
  storedReferencesOf,
} from './stored-references.ts'
import type { Bytes, Storage, StoredFile } from '#storage/storage.ts'

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
  storage: Storage,
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
    const read = async (digest: Digest) =>
      neededByWhatIs(await readManifest(storage, digest), manifests.has(digest))
    for await (const inner of inBatches([...listed], read, manifestsAtOnce)) {
      waiting.push(...inner.filter((needed) => needed !== null))
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
function neededByWhatIs(reading: ManifestBytesReadResult, isManifest: boolean): Needed | null {
  if (reading.kind === 'manifest') return neededBy(reading.manifest)
  if (reading.kind !== 'opaque' || !isManifest) return null
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

/** Compares the references of a manifest with the contents of the repository. */
export async function checkReferences(
  storage: Storage,
  guard: InUseGuard,
  repository: RepositoryName,
  manifest: Manifest,
): Promise<CheckedReferences> {
  // A manifest may list one digest often, and in different roles.
  const keyOf = (reference: Descriptor): string =>
    `${isSurelyManifest(manifest, reference)} ${reference.digest}`
  const distinct = new Map<string, Descriptor>()
  for (const reference of referencesOf(manifest)) distinct.set(keyOf(reference), reference)
  const sizes = new Map(
    await mapInBatches([...distinct], async ([key, reference]) => {
      const file = await openReference(storage, guard, repository, manifest, reference)
      return [key, file === 'not linked' ? file : (file?.sizeBytes ?? null)] as const
    }),
  )
  const sizeOf = (reference: Descriptor): number | null => {
    const size = sizes.get(keyOf(reference)) ?? null
    return size === 'not linked' ? null : size
  }
  const missing = new Set<Digest>()
  const absent = new Set<Digest>()
  for (const reference of storedReferencesOf(manifest)) {
    if (sizeOf(reference) !== null) continue
    missing.add(reference.digest)
    if (sizes.get(keyOf(reference)) === 'not linked') absent.add(reference.digest)
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

/** Opens a reference as the repository holds it: through the link of a manifest, or of a blob. */
async function openReference(
  storage: Storage,
  guard: InUseGuard,
  repository: RepositoryName,
  manifest: Manifest,
  reference: Descriptor,
): Promise<StoredFile | 'not linked' | null> {
  const { digest } = reference
  const file = isSurelyBlob(manifest)
    ? null
    : await openLinkedManifest(storage, guard, repository, digest)
  if (isSurelyManifest(manifest, reference)) return file
  if (file !== null && file !== 'not linked') return file
  return (await openLinkedBlob(storage, guard, repository, digest))?.file ?? null
}

async function openLinkedManifest(
  storage: Storage,
  guard: InUseGuard,
  repository: RepositoryName,
  digest: Digest,
): Promise<StoredFile | 'not linked' | null> {
  if (!guard.lease(revisionFolder(repository, digest), digest)) return null
  const link = await storage.open(revisionLink(repository, digest))
  if (link === null) return 'not linked'
  if (!guard.lease(blobFolder(digest), digest)) return null
  return await storage.open(blobFile(digest))
}
