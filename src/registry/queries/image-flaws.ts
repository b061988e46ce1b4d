import { splitDigest, type Digest } from '#domain/values/digest.ts'
import { flawOfEdge } from '#graph/algorithms/flaw-of-edge.ts'
import { flawWords } from '#domain/values/flaw-words.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { StoreError } from '#storage/errors.ts'
import type { ObjectReader } from '#storage/object-store.ts'
import { headOrNull, missingOutcome, valueOrError } from '#storage/single-object.ts'
import type { Bytes } from '#storage/bytes.ts'
import { storedDigestsForList } from '../blobs/linked-blobs.ts'
import { blobFile, revisionLink } from '../layout.ts'
import { readManifestsForList } from '../manifests/manifest-reading.ts'
import {
  leadsToBlob,
  leadsToEither,
  leadsToManifest,
  referencesIn,
  type Edge,
} from '#graph/edges.ts'

/**
 * Why images cannot be pulled whole from storage as it is now; null for those that can, in their
 * order. Follows the rules of a verification that reads no layers, so that a page and a
 * verification agree.
 */
export type FindImageFlaws = (
  repository: RepositoryName,
  images: readonly Digest[],
  /** A manifest that an index lists and the repository does not link is no flaw. */
  mayBeSparse?: boolean,
) => Promise<readonly (string | null)[]>

/**
 * How many things one question may look at. An index can list tens of thousands of layers: the rest
 * is left to a verification, and counts as whole.
 */
const maximumLooks = 20_000

/** How many manifests are in memory at once, for each level of indexes within indexes. */
const manifestsAtOnce = 64

export function createImageFlaws(
  objects: ObjectReader,
  createDigester: CreateDigester,
): FindImageFlaws {
  return async (repository, images, mayBeSparse = false) => {
    const search: FlawSearch = {
      objects,
      createDigester,
      repository,
      mayBeSparse,
      manifests: new Map(),
      open: new Map(),
      blobs: new Map(),
      looks: 0,
    }
    await findManifests(search, images)
    return images.map((image) => flawOfImage(search.manifests.get(image) ?? unknown, image))
  }
}

/**
 * One question: it looks at each manifest or blob of a repository once, even if several images
 * share it.
 */
interface FlawSearch {
  readonly objects: ObjectReader
  readonly createDigester: CreateDigester
  readonly repository: RepositoryName
  readonly mayBeSparse: boolean
  readonly manifests: Map<Digest, Found>
  /** Manifests that were read, until everything that they refer to is known. */
  readonly open: Map<Digest, Whole>
  readonly blobs: Map<Digest, Found>
  looks: number
}

interface Looked {
  readonly isLinked: boolean
  /** Null where it is not on storage, or was not checked. */
  readonly sizeBytes: number | null
  readonly flaw: string | null
}

/** What the store fails to read hides what is wrong, or nothing is. */
type Found = Looked | StoreError

const unknown: Looked = { isLinked: true, sizeBytes: null, flaw: null }

function flawOfImage(found: Found, image: Digest): string | null {
  if (found instanceof StoreError) {
    // A file that vanishes during the read is being deleted; the next look shows the result.
    return found.code === 'NOT_FOUND' ? null : flawWords.partUnreadable(image)
  }
  return found.flaw ?? (found.isLinked ? null : flawWords.notLinked(image))
}

/** Those to look at now: neither known yet, nor more than the question may look at. */
function admit(search: FlawSearch, known: Map<Digest, Found>, digests: Iterable<Digest>): Digest[] {
  const admitted: Digest[] = []
  for (const digest of digests) {
    if (known.has(digest)) continue
    search.looks += 1
    known.set(digest, unknown)
    if (search.looks <= maximumLooks) admitted.push(digest)
  }
  return admitted
}

/** Whether the repository links these as manifests. */
async function areLinked(
  { objects, repository }: FlawSearch,
  digests: readonly Digest[],
): Promise<ReadonlyMap<Digest, boolean | StoreError>> {
  if (digests.length === 0) return new Map()
  const links = digests.map((digest) => revisionLink(repository, digest))
  const outcomes = await objects.headMany(links)
  return new Map(
    digests.map((digest, position) => {
      const link = links[position] ?? ''
      const outcome = outcomes[position] ?? missingOutcome(link)
      return [digest, valueOrError(() => headOrNull(outcome, link) !== null)]
    }),
  )
}

async function findBlobs(search: FlawSearch, digests: Iterable<Digest>): Promise<void> {
  const { objects, repository, blobs } = search
  const asked = admit(search, blobs, digests)
  if (asked.length === 0) return
  const stored = await storedDigestsForList(objects, repository, asked)
  const looked: { readonly digest: Digest; readonly isLinked: boolean; readonly file: string }[] =
    []
  for (const [digest, under] of stored) {
    if (under instanceof StoreError) blobs.set(digest, under)
    else looked.push({ digest, isLinked: under !== null, file: blobFile(under ?? digest) })
  }
  if (looked.length === 0) return
  const outcomes = await objects.headMany(looked.map(({ file }) => file))
  for (const [position, { digest, isLinked, file }] of looked.entries()) {
    const outcome = outcomes[position] ?? missingOutcome(file)
    const found = valueOrError((): Looked => {
      const head = headOrNull(outcome, file)
      // Missing bytes are reported before a missing link, because they affect every repository.
      return head === null
        ? { ...unknown, isLinked, flaw: flawWords.missing(digest) }
        : { isLinked, sizeBytes: head.sizeBytes, flaw: null }
    })
    blobs.set(digest, found)
  }
}

/** Finds what is wrong with manifests, and with everything that they lead to. */
async function findManifests(search: FlawSearch, digests: Iterable<Digest>): Promise<void> {
  const { manifests, open } = search
  for (const slice of inSlices(digests, manifestsAtOnce)) {
    const fresh = admit(search, manifests, slice)
    await readSlice(search, fresh)
    await judge(
      search,
      fresh.flatMap((digest) => open.get(digest) ?? []),
    )
    // Those that were read with a manifest that leads here. No manifest leads to itself, so this
    // ends.
    for (const digest of slice) {
      const manifest = open.get(digest)
      if (manifest) await judge(search, [manifest])
    }
  }
}

/** A manifest that was read, and is what its digest says. */
interface Whole {
  readonly digest: Digest
  readonly isLinked: boolean
  readonly edges: readonly Edge[]
  readonly sizeBytes: number
}

async function readSlice(search: FlawSearch, digests: readonly Digest[]): Promise<void> {
  if (digests.length === 0) return
  const { objects, manifests, open } = search
  const [linked, readings] = await Promise.all([
    areLinked(search, digests),
    readManifestsForList(objects, digests),
  ])
  for (const [position, digest] of digests.entries()) {
    const reading = readings[position] ?? new StoreError('FAILED', blobFile(digest))
    const isLinked = linked.get(digest) ?? false
    if (isLinked instanceof StoreError) manifests.set(digest, isLinked)
    else if (reading instanceof StoreError) manifests.set(digest, reading)
    else if (reading.kind === 'missing') {
      manifests.set(digest, { ...unknown, isLinked, flaw: flawWords.missing(digest) })
    } else if (reading.kind !== 'manifest' || !isOf(search, digest, reading.bytes)) {
      // Not cached: damage to the bytes of a file does not change its modified time.
      manifests.set(digest, { ...unknown, isLinked, flaw: flawWords.unreadable(digest) })
    } else {
      const { manifest, sizeBytes } = reading
      open.set(digest, { digest, isLinked, edges: referencesIn(manifest), sizeBytes })
    }
  }
}

/** Looks at everything that these manifests refer to, and tells what is wrong with them. */
async function judge(search: FlawSearch, whole: readonly Whole[]): Promise<void> {
  const kinds = await findReferences(search, whole)
  for (const { digest, isLinked, edges, sizeBytes } of whole) {
    if (!search.open.delete(digest)) continue
    const flaw = flawWithin(search, edges, kinds)
    search.manifests.set(digest, flaw instanceof StoreError ? flaw : { isLinked, sizeBytes, flaw })
  }
}

const isOf = ({ createDigester }: FlawSearch, digest: Digest, bytes: Bytes): boolean =>
  createDigester(splitDigest(digest).algorithm).digestOf(bytes) === digest

/** Whether a digest that is surely neither is a manifest here. */
type UnsureKinds = ReadonlyMap<Digest, boolean | StoreError>

/** Looks at everything that these manifests refer to. */
async function findReferences(search: FlawSearch, whole: readonly Whole[]): Promise<UnsureKinds> {
  const unsure = new Set<Digest>()
  for (const { edges } of whole) {
    for (const edge of edges) {
      if (leadsToEither(edge)) unsure.add(edge.target.digest)
    }
  }
  const kinds = await areLinked(search, [...unsure])
  const blobs = new Set<Digest>()
  const inner = new Set<Digest>()
  for (const { edges } of whole) {
    for (const edge of edges) {
      const isManifest = isManifestHere(edge, kinds)
      if (isManifest instanceof StoreError) continue
      if (isManifest) inner.add(edge.target.digest)
      else blobs.add(edge.target.digest)
    }
  }
  await findBlobs(search, blobs)
  await findManifests(search, inner)
  return kinds
}

function isManifestHere(edge: Edge, kinds: UnsureKinds): boolean | StoreError {
  if (leadsToBlob(edge)) return false
  return leadsToManifest(edge) || (kinds.get(edge.target.digest) ?? false)
}

/** The first flaw in the order of the manifest; or an error, if any part cannot be looked at. */
function flawWithin(
  search: FlawSearch,
  edges: readonly Edge[],
  kinds: UnsureKinds,
): string | null | StoreError {
  let first: string | null = null
  for (const edge of edges) {
    const isManifest = isManifestHere(edge, kinds)
    if (isManifest instanceof StoreError) return isManifest
    const found = (isManifest ? search.manifests : search.blobs).get(edge.target.digest) ?? unknown
    if (found instanceof StoreError) return found
    first ??= flawOf(search, edge, found)
  }
  return first
}

function flawOf({ mayBeSparse }: FlawSearch, edge: Edge, found: Looked): string | null {
  const { digest, sizeBytes, isUnsized } = edge.target
  const checked = {
    ...found,
    kind: edge.kind,
    target: digest,
    expectedBytes: isUnsized ? null : sizeBytes,
    isStored: found.sizeBytes !== null,
  }
  return flawOfEdge(checked, (target) => target, mayBeSparse)
}
