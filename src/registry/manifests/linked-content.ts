import type { Digest } from '#domain/values/digest.ts'
import { isSha256 } from '#domain/values/packed-digests.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { headObjects } from '#storage/single-object.ts'
import type { ObjectHead, ObjectReader } from '#storage/object-store.ts'
import {
  blobFile,
  blobFolder,
  layerFolder,
  layerLink,
  revisionFolder,
  revisionLink,
} from '../layout.ts'
import { storedDigestsOf } from '../blobs/linked-blobs.ts'
import type { InUseGuard } from '#coordination/blob-leases.ts'

export interface LinkedBlobHead extends ObjectHead {
  /** The digest under which storage keeps the bytes. */
  readonly stored: Digest
}

/** What a repository has of some digests. Each map has all digests that were requested for it. */
export interface LinkedContent {
  /** `not linked`, or null: it is linked and gone, or is being removed at this moment. */
  readonly manifests: ReadonlyMap<Digest, ObjectHead | 'not linked' | null>
  /** Null: not linked, or gone, or being removed at this moment. */
  readonly blobs: ReadonlyMap<Digest, LinkedBlobHead | null>
}

type Reader = Pick<ObjectReader, 'getMany' | 'headMany'>

/**
 * Where storage keeps the bytes of blobs that have been leased: under their sha256 digests. Only
 * links of other algorithms have to be read for that. Leaves out blobs without such a link.
 */
async function storedDigests(
  objects: Reader,
  repository: RepositoryName,
  digests: readonly Digest[],
): Promise<ReadonlyMap<Digest, Digest>> {
  const own = digests.filter((digest) => isSha256(digest))
  const others = digests.filter((digest) => !isSha256(digest))
  const stored = new Map(own.map((digest) => [digest, digest]))
  if (others.length === 0) return stored
  for (const [digest, at] of await storedDigestsOf(objects, repository, others)) {
    stored.set(digest, at)
  }
  return stored
}

/** The heads of objects, by key. Throws where storage cannot tell. */
async function headsOf(
  objects: Reader,
  keys: Iterable<string>,
): Promise<ReadonlyMap<string, ObjectHead | null>> {
  const distinct = [...new Set(keys)]
  const heads = await headObjects(objects, distinct)
  return new Map(distinct.map((key, position) => [key, heads[position] ?? null]))
}

/**
 * Finds manifests and blobs as the repository has them, through its links, in one call. Leases each
 * digest before it looks for it. Throws `StoreError` where storage cannot tell.
 */
export async function findLinkedContent(
  objects: Reader,
  guard: InUseGuard,
  repository: RepositoryName,
  requested: { readonly manifests: Iterable<Digest>; readonly blobs: Iterable<Digest> },
): Promise<LinkedContent> {
  const manifests = new Map<Digest, ObjectHead | 'not linked' | null>()
  const blobs = new Map<Digest, LinkedBlobHead | null>()
  for (const digest of requested.manifests) manifests.set(digest, null)
  for (const digest of requested.blobs) blobs.set(digest, null)

  const leasedManifests = [
    ...(await guard.lease([...manifests.keys()], (digest) => revisionFolder(repository, digest))),
  ]
  const leasedBlobs = [
    ...(await guard.lease([...blobs.keys()], (digest) => layerFolder(repository, digest))),
  ]
  const stored = await storedDigests(objects, repository, leasedBlobs)
  const leasedBytes = await guard.lease([...leasedManifests, ...stored.values()], blobFolder)

  const heads = await headsOf(objects, [
    ...leasedManifests.flatMap((digest) => [revisionLink(repository, digest), blobFile(digest)]),
    ...Array.from(stored, ([digest, at]) => [layerLink(repository, digest), blobFile(at)]).flat(),
  ])
  const bytesOf = (digest: Digest): ObjectHead | null =>
    leasedBytes.has(digest) ? (heads.get(blobFile(digest)) ?? null) : null
  for (const digest of leasedManifests) {
    const isLinked = (heads.get(revisionLink(repository, digest)) ?? null) !== null
    manifests.set(digest, isLinked ? bytesOf(digest) : 'not linked')
  }
  for (const [digest, at] of stored) {
    const isLinked = (heads.get(layerLink(repository, digest)) ?? null) !== null
    const bytes = isLinked ? bytesOf(at) : null
    if (bytes !== null) blobs.set(digest, { ...bytes, stored: at })
  }
  return { manifests, blobs }
}
