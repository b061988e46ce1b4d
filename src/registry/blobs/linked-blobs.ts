import type { Digest } from '#domain/values/digest.ts'
import { isSha256 } from '#domain/values/packed-digests.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { blobFile, blobFolder, layerFolder, layerLink } from '../layout.ts'
import type { InUseGuard } from '#coordination/blob-leases.ts'
import { digestOfLink, readLinks } from '../tags/link.ts'
import type { ObjectReader } from '#storage/object-store.ts'
import { StoreError } from '#storage/errors.ts'
import {
  headObjects,
  headOrNull,
  missingOutcome,
  readOrNull,
  valueOrError,
} from '#storage/single-object.ts'

/** A blob that a repository links. */
export interface LinkedBlob {
  /** The digest under which storage keeps the bytes. */
  readonly stored: Digest
  readonly sizeBytes: number
}

type Heads = Pick<ObjectReader, 'headMany' | 'getMany'>

/**
 * The digests under which storage keeps the blobs that a repository links, by the digests that name
 * them there. The bytes themselves may be missing.
 */
export async function storedDigestsOf(
  objects: Heads,
  repository: RepositoryName,
  digests: readonly Digest[],
): Promise<ReadonlyMap<Digest, Digest>> {
  const stored = new Map<Digest, Digest>()
  for (const [digest, under] of await storedDigestsForList(objects, repository, digests)) {
    if (under instanceof StoreError) throw under
    if (under !== null) stored.set(digest, under)
  }
  return stored
}

/**
 * The same for lists, with null for what is not linked: the error of one lookup is its result, and
 * the others have theirs.
 */
export async function storedDigestsForList(
  objects: Heads,
  repository: RepositoryName,
  digests: readonly Digest[],
): Promise<ReadonlyMap<Digest, Digest | null | StoreError>> {
  // Only the link of another algorithm has to be read: a sha256 blob is kept under its own digest.
  const own = digests.filter((digest) => isSha256(digest))
  const others = digests.filter((digest) => !isSha256(digest))
  const linksTo = (named: readonly Digest[]) => named.map((digest) => layerLink(repository, digest))
  const [heads, reads] = await Promise.all([
    own.length === 0 ? [] : objects.headMany(linksTo(own)),
    others.length === 0 ? [] : readLinks(objects, linksTo(others)),
  ])
  const stored = new Map<Digest, Digest | null | StoreError>()
  for (const [position, digest] of own.entries()) {
    const link = layerLink(repository, digest)
    const head = valueOrError(() => headOrNull(heads[position] ?? missingOutcome(link), link))
    stored.set(digest, head === null || head instanceof StoreError ? head : digest)
  }
  for (const [position, digest] of others.entries()) {
    const link = layerLink(repository, digest)
    const read = valueOrError(() => readOrNull(reads[position] ?? missingOutcome(link), link))
    stored.set(digest, read === null || read instanceof StoreError ? read : digestOfLink(read))
  }
  return stored
}

/**
 * The same, with each digest leased before it is looked at, and so that its bytes stay until they
 * are read. Leaves out what is being removed.
 */
export async function leaseLinked(
  objects: Heads,
  guard: InUseGuard,
  repository: RepositoryName,
  digests: readonly Digest[],
): Promise<ReadonlyMap<Digest, Digest>> {
  const free = [...(await guard.lease(digests, (digest) => layerFolder(repository, digest)))]
  const linked = await storedDigestsOf(objects, repository, free)
  const leased = await guard.lease([...linked.values()], blobFolder)
  return new Map([...linked].filter(([, stored]) => leased.has(stored)))
}

/** Those of the blobs that are linked in the repository and on storage, leased for the guard. */
export async function findLinkedBlobs(
  objects: Heads,
  guard: InUseGuard,
  repository: RepositoryName,
  digests: readonly Digest[],
): Promise<ReadonlyMap<Digest, LinkedBlob>> {
  const linked = [...(await leaseLinked(objects, guard, repository, digests))]
  const heads = await headObjects(
    objects,
    linked.map(([, stored]) => blobFile(stored)),
  )
  const blobs = new Map<Digest, LinkedBlob>()
  for (const [position, [digest, stored]] of linked.entries()) {
    const head = heads[position]
    if (head) blobs.set(digest, { stored, sizeBytes: head.sizeBytes })
  }
  return blobs
}
