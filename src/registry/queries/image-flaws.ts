import { splitDigest, type Digest } from '#domain/values/digest.ts'
import { flawWords } from '#domain/values/flaw-words.ts'
import { referencesOf, type Descriptor, type Manifest } from '#domain/manifest/manifest.ts'
import { isForeignMediaType } from '#domain/values/media-type.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { storedDigestOf } from '../blobs/blob-store.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { mapInBatches } from '../in-batches.ts'
import { blobFile, revisionLink } from '../layout.ts'
import { readManifest } from '../manifests/manifest-reading.ts'
import { isSurelyBlob, isSurelyManifest } from '../manifests/stored-references.ts'
import { unlessUnreadable, type Bytes, type StorageReader } from '#storage/storage.ts'

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

export function createImageFlaws(
  storage: StorageReader,
  createDigester: CreateDigester,
): FindImageFlaws {
  return (repository, images, mayBeSparse = false) => {
    const search: FlawSearch = {
      storage,
      createDigester,
      repository,
      mayBeSparse,
      manifests: new Map(),
      blobs: new Map(),
      looks: 0,
    }
    return mapInBatches(images, (image) =>
      // A file that vanishes during the read is being deleted; the next look shows the result.
      unlessUnreadable(() => flawOfImage(search, image), null, flawWords.partUnreadable(image)),
    )
  }
}

/**
 * One question: it looks at each manifest or blob of a repository once, even if several images
 * share it.
 */
interface FlawSearch {
  readonly storage: StorageReader
  readonly createDigester: CreateDigester
  readonly repository: RepositoryName
  readonly mayBeSparse: boolean
  readonly manifests: Map<Digest, Promise<Found>>
  readonly blobs: Map<Digest, Promise<Found>>
  looks: number
}

interface Found {
  readonly isLinked: boolean
  /** Null where it is not on storage, or was not checked. */
  readonly sizeBytes: number | null
  readonly flaw: string | null
}

const unknown: Found = { isLinked: true, sizeBytes: null, flaw: null }

async function flawOfImage(search: FlawSearch, image: Digest): Promise<string | null> {
  const { flaw, isLinked } = await findOnce(search, search.manifests, image, findManifest)
  return flaw ?? (isLinked ? null : flawWords.notLinked(image))
}

function findOnce(
  search: FlawSearch,
  known: Map<Digest, Promise<Found>>,
  digest: Digest,
  find: (search: FlawSearch, digest: Digest) => Promise<Found>,
): Promise<Found> {
  let found = known.get(digest)
  if (found === undefined) {
    search.looks += 1
    found = search.looks > maximumLooks ? Promise.resolve(unknown) : find(search, digest)
    known.set(digest, found)
  }
  return found
}

async function findBlob({ storage, repository }: FlawSearch, digest: Digest): Promise<Found> {
  const stored = await storedDigestOf(storage, repository, digest)
  // Missing bytes are reported before a missing link, because they affect every repository.
  const file = await storage.open(blobFile(stored ?? digest))
  if (file === null)
    return { ...unknown, isLinked: stored !== null, flaw: flawWords.missing(digest) }
  return { isLinked: stored !== null, sizeBytes: file.sizeBytes, flaw: null }
}

async function findManifest(search: FlawSearch, digest: Digest): Promise<Found> {
  const { storage, repository } = search
  const isLinked = (await storage.open(revisionLink(repository, digest))) !== null
  const reading = await readManifest(storage, digest)
  if (reading.kind === 'missing') {
    return { ...unknown, isLinked, flaw: flawWords.missing(digest) }
  }
  // Not cached: damage to the bytes of a file does not change its modified time.
  if (reading.kind !== 'manifest' || !isOf(search, digest, reading.bytes)) {
    return { ...unknown, isLinked, flaw: flawWords.unreadable(digest) }
  }
  const { manifest, sizeBytes } = reading
  return { isLinked, sizeBytes, flaw: await flawWithin(search, manifest) }
}

function isOf({ createDigester }: FlawSearch, digest: Digest, bytes: Bytes): boolean {
  const digester = createDigester(splitDigest(digest).algorithm)
  digester.update(bytes)
  return digester.digest() === digest
}

async function flawWithin(search: FlawSearch, manifest: Manifest): Promise<string | null> {
  const flaws = await mapInBatches(referencesOf(manifest), (reference) =>
    flawOf(search, manifest, reference),
  )
  return flaws.find((flaw) => flaw !== null) ?? null
}

async function flawOf(
  search: FlawSearch,
  manifest: Manifest,
  reference: Descriptor,
): Promise<string | null> {
  const { digest, sizeBytes, isUnsized } = reference
  const found = await findReference(search, manifest, reference)
  // Clients fetch it from elsewhere, unless it was pushed to this registry.
  const mayLack = isSurelyBlob(manifest) && isForeignMediaType(reference.mediaType)
  if (mayLack && (!found.isLinked || found.sizeBytes === null)) return null
  if (search.mayBeSparse && isSurelyManifest(manifest, reference) && !found.isLinked) return null
  if (found.flaw !== null) return found.flaw
  if (!found.isLinked) return flawWords.notLinked(digest)
  return found.sizeBytes === null || found.sizeBytes === sizeBytes || isUnsized
    ? null
    : flawWords.wrongSize(digest, found.sizeBytes, sizeBytes)
}

async function findReference(
  search: FlawSearch,
  manifest: Manifest,
  reference: Descriptor,
): Promise<Found> {
  const { storage, repository, manifests, blobs } = search
  const { digest } = reference
  if (isSurelyBlob(manifest)) return await findOnce(search, blobs, digest, findBlob)
  const isManifest =
    isSurelyManifest(manifest, reference) ||
    (await storage.open(revisionLink(repository, digest))) !== null
  return isManifest
    ? await findOnce(search, manifests, digest, findManifest)
    : await findOnce(search, blobs, digest, findBlob)
}
