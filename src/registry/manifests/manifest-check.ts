import type { Digest } from '#domain/values/digest.ts'
import { maximumManifestBytes, type Manifest } from '#domain/manifest/manifest.ts'
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
import type { InUseGuard } from '#coordination/blob-leases.ts'
import {
  leadsToBlob,
  leadsToManifest,
  placeOf,
  referencesIn,
  requiredEdgesOf,
  subjectEdgesOf,
  type Edge,
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
  const subjects = subjectEdgesOf(manifest).map(({ target }) => target.digest)
  await guard.lease(subjects, blobFolder)
  // Includes layers that need not be on storage: where they are, they are needed.
  const waiting: (readonly Edge[])[] = [referencesIn(manifest)]
  for (const edges of waiting) {
    const listed = new Set(edges.map(({ target }) => target.digest))
    await guard.lease(listed, blobFolder)
    for (const digest of listed) {
      if (reach.has(digest)) listed.delete(digest)
      reach.add(digest)
    }
    if (edges.every(leadsToBlob)) continue
    const manifests = new Set(edges.filter(leadsToManifest).map(({ target }) => target.digest))
    for (const slice of inSlices(listed, manifestsAtOnce)) {
      const readings = await readManifests(objects, slice)
      for (const [position, digest] of slice.entries()) {
        waiting.push(edgesOfWhatIs(readings[position], manifests.has(digest)))
      }
    }
  }
  return reach
}

/** @param isManifest whether it is a manifest for certain: a blob does not lead to what it names */
function edgesOfWhatIs(
  reading: ManifestBytesReadResult | undefined,
  isManifest: boolean,
): readonly Edge[] {
  if (reading?.kind === 'manifest') return referencesIn(reading.manifest)
  if (reading?.kind !== 'opaque' || !isManifest) return []
  return referencesIn({ kind: 'opaque', names: digestsNamedIn(reading.bytes) })
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
    for (const edge of referencesIn(manifest)) {
      if (!leadsToBlob(edge)) requested.manifests.add(edge.target.digest)
      if (!leadsToManifest(edge)) requested.blobs.add(edge.target.digest)
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

/** What an edge leads to: through the link of a manifest, or of a blob. */
function findTarget(
  { manifests, blobs }: LinkedContent,
  edge: Edge,
): ObjectHead | 'not linked' | null {
  const { digest } = edge.target
  const asManifest = leadsToBlob(edge) ? null : (manifests.get(digest) ?? null)
  if (leadsToManifest(edge)) return asManifest
  if (asManifest !== null && asManifest !== 'not linked') return asManifest
  return blobs.get(digest) ?? null
}

function compareReferences(manifest: Manifest, content: LinkedContent): CheckedReferences {
  const sizeOf = (edge: Edge): number | null => {
    const found = findTarget(content, edge)
    return found === null || found === 'not linked' ? null : found.sizeBytes
  }
  const missing = new Set<Digest>()
  const absent = new Set<Digest>()
  for (const edge of requiredEdgesOf(manifest)) {
    if (sizeOf(edge) !== null) continue
    missing.add(edge.target.digest)
    if (findTarget(content, edge) === 'not linked') absent.add(edge.target.digest)
  }
  const references = referencesIn(manifest)
  // A digest that the manifest also lists as something else must be on storage: no sparse index may
  // lack it.
  for (const edge of references) if (!leadsToManifest(edge)) absent.delete(edge.target.digest)
  const misstated = references.flatMap((edge) => {
    const stored = sizeOf(edge)
    const { digest, sizeBytes, isUnsized } = edge.target
    return stored === null || stored === sizeBytes || isUnsized
      ? []
      : [`${placeOf(edge)} says that ${digest} has ${sizeBytes} bytes, not ${stored}`]
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
