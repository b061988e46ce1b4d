import type { InUseGuard } from '#coordination/blob-leases.ts'
import { splitDigest, type Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { Bytes } from '#storage/bytes.ts'
import type { CreateDigester } from '#storage/digester.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import { headObject } from '#storage/single-object.ts'
import { blobFile, blobFolder, revisionFolder, revisionLink } from '../layout.ts'
import { leaseOne } from '../removal/lease-one.ts'
import type { createKnownMediaTypes, ToldMediaType } from './known-media-types.ts'
import { checkReferences, judge, leaseReachable, parsePushedManifest } from './manifest-check.ts'
import { readLinkedBytes } from './manifest-reading.ts'
import { isDigestReference, type Reference } from './tag-or-digest.ts'

/**
 * Distribution stores no media type: it follows from the manifest's `mediaType`, or from its
 * fields.
 */
export interface StoredManifest extends ToldMediaType {
  readonly digest: Digest
  readonly bytes: Bytes
}

export interface LinkedManifestDeps {
  readonly objects: ObjectStore
  readonly createDigester: CreateDigester
  readonly mediaTypes: ReturnType<typeof createKnownMediaTypes>
  readonly acceptsSparseIndexes: () => Promise<boolean>
}

/** The digest of the bytes, by the algorithm of the reference. */
export function digestLike(
  { createDigester }: LinkedManifestDeps,
  reference: Reference,
  bytes: Bytes,
): Digest {
  const algorithm = isDigestReference(reference) ? splitDigest(reference).algorithm : 'sha256'
  return createDigester(algorithm).digestOf(bytes)
}

/**
 * The manifest, if it will stay: a client that is told of it pushes less. Where several servers
 * write, it is looked at again once it is agreed that it stays, with all that it needs: its link may
 * have been written late, by a server that is gone.
 */
export async function stillLinked(
  deps: LinkedManifestDeps,
  guard: InUseGuard,
  repository: RepositoryName,
  found: StoredManifest,
): Promise<StoredManifest | null> {
  if (!(await guard.intend([found.digest]))) return found
  const parsed = parsePushedManifest(found.bytes, undefined)
  if (parsed.ok) await guard.intend([...(await leaseReachable(deps.objects, guard, parsed.value))])
  const again = await readLinked(deps, guard, repository, found.digest)
  if (again === null || !parsed.ok) return again
  const checked = await checkReferences(deps.objects, guard, repository, parsed.value)
  const { refusal } = await judge(checked, deps.acceptsSparseIndexes)
  return refusal?.code === 'MANIFEST_BLOB_UNKNOWN' ? null : again
}

/** Null when it is absent, or not what its digest says. */
export async function readLinked(
  deps: LinkedManifestDeps,
  guard: InUseGuard,
  repository: RepositoryName,
  digest: Digest,
): Promise<StoredManifest | null> {
  if (!(await leaseOne(guard, revisionFolder(repository, digest), digest))) return null
  if (!(await leaseOne(guard, blobFolder(digest), digest))) return null
  const { isLinked: hasLink, file } = await readLinkedBytes(
    deps.objects,
    digest,
    revisionLink(repository, digest),
  )
  if (!hasLink) return null
  // Throws where storage does not even tell whether it exists.
  if (file.kind === 'unreadable' && file.isDenied) await headObject(deps.objects, blobFile(digest))
  if (file.kind !== 'read' || digestLike(deps, digest, file.bytes) !== digest) return null
  return { digest, bytes: file.bytes, ...deps.mediaTypes(digest, file.bytes) }
}
