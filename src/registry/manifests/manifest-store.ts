import type { BlobLeases, InUseGuard } from '#coordination/blob-leases.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { Descriptor, Manifest } from '#domain/manifest/manifest.ts'
import { ok, err, type Result } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { Intent } from '../blobs/blob-store.ts'
import type { BeforeChange } from '../before-change.ts'
import type { Catalog } from '../repositories/catalog.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { createKnownMediaTypes } from './known-media-types.ts'
import { blobFile, blobFolder, revisionFolder, revisionLink } from '../layout.ts'
import { writeLink } from '../tags/link.ts'
import { checkReferences, judge, parsePushedManifest, leaseReachable } from './manifest-check.ts'
import { digestLike, readLinked, stillLinked, type StoredManifest } from './linked-manifest.ts'
import type { ManifestRefusal, TagTaken } from './manifest-refusal.ts'
import { isDigestReference, type Reference } from './tag-or-digest.ts'
import { referrersOf } from '../referrers/referrers.ts'
import type { RegistryChanges } from '../registry-change.ts'
import { leaseOne } from '../removal/lease-one.ts'
import type { GraphCache } from '../queries/graph/graph-cache.ts'
import type { HeldLock, RunLocked } from '#coordination/repository-lock.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import { headObject } from '#storage/single-object.ts'
import type { Bytes } from '#storage/bytes.ts'
import { readTagHistory, type TagHistoryItem } from '../tags/tag-history.ts'
import { refuseMoveOfProtected, type FindProtection } from '../tags/protected-tags.ts'
import { changeOfLink, linkTag } from '../tags/tag-links.ts'

export interface PushedManifest extends StoredManifest {
  readonly manifest: Manifest
}

export interface ManifestBody {
  readonly bytes: Bytes
  readonly contentType?: string
  readonly tags?: readonly TagName[]
  readonly beforeChange?: BeforeChange
}

/** The manifests and tags of repositories. What is absent is null; only storage failures reject. */
export interface ManifestStore {
  /** Where a tag points, or the digest itself if it is linked in the repository. */
  resolveReference(repository: RepositoryName, reference: Reference): Promise<Digest | null>

  /**
   * Null when absent, and also when its bytes are gone, unreadable, or not those of that digest.
   */
  readManifest(
    repository: RepositoryName,
    reference: Reference,
    intent?: Intent,
  ): Promise<StoredManifest | null>

  /**
   * Stores a manifest and links it, under the digest of the reference; for a tag, under its sha256.
   * Moves that tag, and the `tags` given with a digest, to the manifest.
   *
   * Refuses what the repository could not serve whole: every referenced blob must be linked in it
   * and on storage, every listed manifest linked, and each as long as the manifest says. While a
   * collection runs, the call leases all of these before it looks for them. The `subject` may be
   * absent, and foreign layers may always be; where sparse indexes are accepted, so may manifests
   * that an index lists.
   *
   * `contentType` is the request's; it must agree with the manifest's own `mediaType` if both are
   * given.
   */
  putManifest(
    repository: RepositoryName,
    reference: Reference,
    body: ManifestBody,
  ): Promise<Result<PushedManifest, ManifestRefusal>>

  /**
   * Points a tag at a manifest that is linked in the repository.
   * @param onlyIfFree refuses to move a tag that points elsewhere
   */
  tagManifest(
    repository: RepositoryName,
    tag: TagName,
    digest: Digest,
    onlyIfFree?: 'only if free',
    beforeChange?: BeforeChange,
  ): Promise<Result<null, ManifestRefusal | TagTaken>>

  /**
   * What is attached to `subject`, whether or not that exists: every linked manifest that names it
   * as its subject (OCI distribution spec 1.1, "Listing Referrers"). In digest order.
   * `artifactType` is the manifest's own or, for images, its configuration's media type.
   */
  referrers(repository: RepositoryName, subject: Digest): Promise<readonly Descriptor[]>

  /** Every manifest in the tag's history, newest first, including the present one. */
  tagHistory(repository: RepositoryName, tag: TagName): Promise<readonly TagHistoryItem[]>
}

export interface ManifestStoreOptions {
  readonly objects: ObjectStore
  readonly catalog: Catalog
  readonly createDigester: CreateDigester
  readonly runLocked: RunLocked
  readonly changes: RegistryChanges
  readonly graphs: GraphCache
  readonly leases: Pick<BlobLeases, 'withLeases' | 'leaseForPush' | 'releasePush'>
  readonly acceptsSparseIndexes: () => Promise<boolean>
  readonly findProtection: FindProtection
}

interface ManifestDeps extends ManifestStoreOptions {
  readonly mediaTypes: ReturnType<typeof createKnownMediaTypes>
}

export function createManifestStore(options: ManifestStoreOptions): ManifestStore {
  const deps: ManifestDeps = { ...options, mediaTypes: createKnownMediaTypes() }
  return {
    resolveReference: (...request) => resolveReference(deps, ...request),
    readManifest: (...request) => readManifest(deps, ...request),
    putManifest: (...request) => putManifest(deps, ...request),
    tagManifest: (...request) => tagManifest(deps, ...request),
    referrers: (...request) => listReferrers(deps, ...request),
    tagHistory: (...request) => readTagHistory(deps.objects, ...request),
  }
}

const isLinked = async (
  { objects }: ManifestDeps,
  repository: RepositoryName,
  digest: Digest,
): Promise<boolean> => (await headObject(objects, revisionLink(repository, digest))) !== null

const targetOf = async (
  { catalog }: ManifestDeps,
  repository: RepositoryName,
  reference: Reference,
): Promise<Digest | null> =>
  isDigestReference(reference)
    ? reference
    : ((await catalog.tag(repository, reference))?.digest ?? null)

async function resolveReference(
  deps: ManifestDeps,
  repository: RepositoryName,
  reference: Reference,
): Promise<Digest | null> {
  const digest = await targetOf(deps, repository, reference)
  return digest !== null && (await isLinked(deps, repository, digest)) ? digest : null
}

const readManifest = (
  deps: ManifestDeps,
  repository: RepositoryName,
  reference: Reference,
  intent: Intent = 'pull',
): Promise<StoredManifest | null> =>
  deps.leases.withLeases(async (guard) => {
    const digest = await targetOf(deps, repository, reference)
    const found = digest && (await readLinked(deps, guard, repository, digest))
    const stored =
      found !== null && intent === 'push-check'
        ? await stillLinked(deps, guard, repository, found)
        : found
    guard.markReadOnly(stored !== null)
    if (stored !== null && intent === 'push-check')
      await deps.leases.leaseForPush(repository, [stored.digest])
    return stored
  })

async function putManifest(
  deps: ManifestDeps,
  repository: RepositoryName,
  reference: Reference,
  { bytes, contentType, beforeChange, tags: tagsOfDigest = [] }: ManifestBody,
): Promise<Result<PushedManifest, ManifestRefusal>> {
  const parsed = parsePushedManifest(bytes, contentType)
  if (!parsed.ok) return parsed
  const manifest = parsed.value
  const digest = digestLike(deps, reference, bytes)
  const tags = isDigestReference(reference) ? tagsOfDigest : [reference]
  if (isDigestReference(reference) && reference !== digest) {
    return err({
      code: 'DIGEST_INVALID',
      message: `the manifest's digest is ${digest}, not ${reference}: push it as what it is`,
    })
  }
  const pushed = { digest, mediaType: manifest.mediaType, isUnderstood: true, bytes, manifest }
  return await deps.runLocked(repository, (lock) =>
    deps.leases.withLeases((guard) =>
      commitManifest(deps, { guard, lock }, repository, pushed, tags, beforeChange),
    ),
  )
}

async function commitManifest(
  deps: ManifestDeps,
  { guard, lock }: { readonly guard: InUseGuard; readonly lock: HeldLock },
  repository: RepositoryName,
  pushed: PushedManifest,
  tags: readonly TagName[],
  beforeChange?: BeforeChange,
): Promise<Result<PushedManifest, ManifestRefusal>> {
  const { objects, changes, leases } = deps
  const { digest, bytes, manifest } = pushed
  if (tags.length === 0) await leases.leaseForPush(repository, [digest])
  await guard.waitUntilDeleted(blobFolder(digest), digest)
  const reach = await leaseReachable(objects, guard, manifest)
  await guard.intend([digest])
  const checked = await checkReferences(objects, guard, repository, manifest)
  const { refusal, isSparse } = await judge(checked, deps.acceptsSparseIndexes)
  const moved = tags.map((name) => ({ name, digest }))
  const refused = refusal ?? (await refuseMoveOfProtected(deps, repository, moved))
  if (refused !== null) {
    await guard.withdraw()
    return err(refused)
  }
  await beforeChange?.({ digest })
  // Writes the blob even if it exists: that repairs a damaged one, and shows that it is in use.
  await objects.put(blobFile(digest), bytes)
  if (tags.length === 0) {
    await lock.changeTags([changeOfLink(digest)], () =>
      writeLink(objects, revisionLink(repository, digest), digest),
    )
    changes.emit({ repository, tags: [], manifests: [digest] })
  }
  for (const tag of tags) {
    await linkTag(objects, lock, repository, tag, digest)
    changes.emit({ repository, tags: [tag], manifests: [digest] })
  }
  // From here on the manifest keeps its blobs, and a tag keeps the manifest. If a listed manifest
  // is not linked, its push may still be running, and needs what it was told.
  if (!isSparse) await leases.releasePush(repository, reach)
  return ok(pushed)
}

const tagManifest = (
  deps: ManifestDeps,
  repository: RepositoryName,
  tag: TagName,
  digest: Digest,
  onlyIfFree?: 'only if free',
  beforeChange?: BeforeChange,
): Promise<Result<null, ManifestRefusal | TagTaken>> =>
  deps.runLocked(repository, (lock) =>
    deps.leases.withLeases(async (guard): Promise<Result<null, ManifestRefusal | TagTaken>> => {
      const now = onlyIfFree && (await deps.catalog.tag(repository, tag))?.digest
      if (now === digest) return ok(null)
      if (now) {
        const message = `the tag ${tag} points at ${now} now: choose another name`
        return err({ code: 'TAG_EXISTS', message, digest: now })
      }
      await guard.intend([digest])
      const mayBeThere = await leaseOne(guard, revisionFolder(repository, digest), digest)
      if (!mayBeThere || !(await isLinked(deps, repository, digest))) {
        await guard.withdraw()
        const message = `${digest} is not in ${repository}`
        return err({ code: 'MANIFEST_UNKNOWN', message })
      }
      const isHeld = await refuseMoveOfProtected(deps, repository, [{ name: tag, digest }])
      if (isHeld !== null) {
        await guard.withdraw()
        return err(isHeld)
      }
      await beforeChange?.()
      await linkTag(deps.objects, lock, repository, tag, digest)
      deps.changes.emit({ repository, tags: [tag], manifests: [digest] })
      return ok(null)
    }),
  )

async function listReferrers(
  { graphs, objects }: ManifestDeps,
  repository: RepositoryName,
  subject: Digest,
): Promise<readonly Descriptor[]> {
  const graph = await graphs.graph(repository)
  return graph === null ? [] : await referrersOf(objects, graph, subject)
}
