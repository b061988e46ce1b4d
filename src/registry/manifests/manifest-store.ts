import type { BlobLeases } from '#coordination/blob-leases.ts'
import { digestAlgorithms, parseDigest, splitDigest, type Digest } from '#domain/values/digest.ts'
import type { Descriptor, Manifest } from '#domain/manifest/manifest.ts'
import { ok, err, type Result } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { Asker } from '../blobs/blob-store.ts'
import type { BeforeChange } from '../before-change.ts'
import type { Catalog } from '../repositories/catalog.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { createKnownMediaTypes, type ToldMediaType } from './known-media-types.ts'
import {
  blobFile,
  blobFolder,
  revisionFolder,
  revisionLink,
  tagHistoryFolder,
  tagHistoryLink,
} from '../layout.ts'
import { writeLink } from '../tags/link.ts'
import { checkReferences, judge, parsePushedManifest, leaseReachable } from './manifest-check.ts'
import { readManifestFile } from './manifest-reading.ts'
import type { ManifestRefusal, TagTaken } from './manifest-refusal.ts'
import { isDigestReference, type Reference } from './reference.ts'
import { referrersOf } from '../referrers/referrers.ts'
import type { RegistryChanges } from '../registry-change.ts'
import type { InUseGuard, Removals } from '../removal/removals.ts'
import type { RepositoryGraphs } from '../queries/graph/repository-graphs.ts'
import type { RunLocked } from '#coordination/repository-locks.ts'
import type { Bytes, Storage } from '#storage/storage.ts'
import { linkTag } from '../tags/tag-links.ts'

/** Distribution stores no media type: it is what the manifest says, or what its fields tell. */
export interface StoredManifest extends ToldMediaType {
  readonly digest: Digest
  readonly bytes: Bytes
}

export interface PushedManifest extends StoredManifest {
  readonly manifest: Manifest
}

export interface TagHistoryItem {
  readonly digest: Digest
  /** When the tag last came to point there. Milliseconds since the epoch. */
  readonly linkedAtMs: number
}

/** The manifests and tags of repositories. What is absent is null; only storage failures reject. */
export interface ManifestStore {
  /** Where a tag points, or the digest itself if it is linked in the repository. */
  resolve(repository: RepositoryName, reference: Reference): Promise<Digest | null>

  /** Null when absent, and also when its bytes are gone, unreadable, or not those of that digest. */
  get(
    repository: RepositoryName,
    reference: Reference,
    asker?: Asker,
  ): Promise<StoredManifest | null>

  /**
   * Stores a manifest and links it, under the digest that it is put by; with a tag as reference,
   * by its sha256. Moves that tag there, and the `tags` that a digest comes with. Refuses what the
   * repository could not serve whole: every referenced blob must be linked in it and on storage,
   * every listed manifest linked, and each as long as the manifest says. While a collection runs, all of that is held before it is looked
   * for. The `subject` may be missing, and foreign layers always are; where sparse indexes are
   * ok, so may manifests that an index lists.
   * `contentType` is the request's; it must agree with the manifest's own `mediaType` if both are
   * given.
   */
  put(
    repository: RepositoryName,
    reference: Reference,
    body: {
      readonly bytes: Bytes
      readonly contentType?: string
      readonly tags?: readonly TagName[]
      readonly beforeChange?: BeforeChange
    },
  ): Promise<Result<PushedManifest, ManifestRefusal>>

  /**
   * Points a tag at a manifest that is linked in the repository.
   * @param onlyIfFree refuses to move one that points elsewhere
   */
  tag(
    repository: RepositoryName,
    tag: TagName,
    digest: Digest,
    onlyIfFree?: 'only if free',
    beforeChange?: BeforeChange,
  ): Promise<Result<null, ManifestRefusal | TagTaken>>

  /**
   * What is attached to `subject`, whether or not that exists: every linked manifest that names it
   * as its subject (OCI distribution spec 1.1, "Listing Referrers"). In digest order. `artifactType` is the manifest's own or,
   * for images, its configuration's media type.
   */
  referrers(repository: RepositoryName, subject: Digest): Promise<readonly Descriptor[]>

  /** Every manifest that the tag is remembered by, newest first, the present one included. */
  tagHistory(repository: RepositoryName, tag: TagName): Promise<readonly TagHistoryItem[]>
}

export interface ManifestStoreOptions {
  readonly storage: Storage
  readonly catalog: Catalog
  readonly createDigester: CreateDigester
  readonly runLocked: RunLocked
  readonly changes: RegistryChanges
  readonly graphs: RepositoryGraphs
  readonly removals: Removals
  readonly leases: Pick<BlobLeases, 'leaseForPush' | 'releasePush'>
  readonly acceptsSparseIndexes: () => Promise<boolean>
}

export function createManifestStore(options: ManifestStoreOptions): ManifestStore {
  const { storage, catalog, runLocked, changes, graphs, removals, leases } = options
  const mediaTypes = createKnownMediaTypes()

  const isLinked = async (repository: RepositoryName, digest: Digest) =>
    (await storage.open(revisionLink(repository, digest))) !== null

  /** The digest of the bytes, by the algorithm of another. */
  function digestLike(reference: Reference, bytes: Bytes): Digest {
    const algorithm = isDigestReference(reference) ? splitDigest(reference).algorithm : 'sha256'
    const digester = options.createDigester(algorithm)
    digester.update(bytes)
    return digester.digest()
  }

  const target = async (repository: RepositoryName, reference: Reference): Promise<Digest | null> =>
    isDigestReference(reference)
      ? reference
      : ((await catalog.tag(repository, reference))?.digest ?? null)

  async function readLinked(
    guard: InUseGuard,
    repository: RepositoryName,
    digest: Digest,
  ): Promise<StoredManifest | null> {
    if (!guard.lease(revisionFolder(repository, digest), digest)) return null
    if (!(await isLinked(repository, digest)) || !guard.lease(blobFolder(digest), digest))
      return null
    const file = await readManifestFile(storage, digest)
    if (file.kind !== 'read' || digestLike(digest, file.bytes) !== digest) return null
    return { digest, bytes: file.bytes, ...mediaTypes(digest, file.bytes) }
  }

  return {
    async resolve(repository, reference) {
      const digest = await target(repository, reference)
      return digest !== null && (await isLinked(repository, digest)) ? digest : null
    },

    get: (repository, reference, asker = 'reader') =>
      removals.withGuard(async (guard) => {
        const digest = await target(repository, reference)
        const stored = digest && (await readLinked(guard, repository, digest))
        guard.markReadOnly(stored !== null)
        if (stored !== null && asker === 'pusher') leases.leaseForPush(repository, stored.digest)
        return stored
      }),

    async put(
      repository,
      reference,
      { bytes, contentType, beforeChange, tags: tagsOfDigest = [] },
    ) {
      const parsed = parsePushedManifest(bytes, contentType)
      if (!parsed.ok) return parsed
      const manifest = parsed.value
      const digest = digestLike(reference, bytes)
      const tags = isDigestReference(reference) ? tagsOfDigest : [reference]
      if (isDigestReference(reference) && reference !== digest) {
        return err({
          code: 'DIGEST_INVALID',
          message: `the manifest's digest is ${digest}, not ${reference}: push it as what it is`,
        })
      }
      const commit = async (
        guard: InUseGuard,
      ): Promise<Result<PushedManifest, ManifestRefusal>> => {
        if (tags.length === 0) leases.leaseForPush(repository, digest)
        await guard.waitUntilDeleted(blobFolder(digest), digest)
        const reach = await leaseReachable(storage, guard, manifest)
        const checked = await checkReferences(storage, guard, repository, manifest)
        const { refusal, isSparse } = await judge(checked, options.acceptsSparseIndexes)
        if (refusal !== null) return err(refusal)
        await beforeChange?.({ digest })
        // Written even if it is there: that mends a damaged one, and shows that it is in use.
        await storage.write(blobFile(digest), bytes)
        if (tags.length === 0) {
          await writeLink(storage, revisionLink(repository, digest), digest)
          changes.emit({ repository, tags: [], manifests: [digest] })
        }
        for (const tag of tags) {
          await linkTag(storage, repository, tag, digest)
          changes.emit({ repository, tags: [tag], manifests: [digest] })
        }
        // From here on the manifest is what needs them, and a tag what needs the manifest.
        // Where a listed manifest is not linked, a push of it may go on, and needs what it was told.
        if (!isSparse) for (const needed of reach) leases.releasePush(repository, needed)
        const { mediaType } = manifest
        return ok({ digest, mediaType, isUnderstood: true, bytes, manifest })
      }
      return await runLocked(repository, () => removals.withGuard(commit))
    },

    tag: (repository, tag, digest, onlyIfFree, beforeChange) =>
      runLocked(repository, () =>
        removals.withGuard(async (guard): Promise<Result<null, ManifestRefusal | TagTaken>> => {
          const now = onlyIfFree && (await catalog.tag(repository, tag))?.digest
          if (now === digest) return ok(null)
          if (now) {
            const message = `the tag ${tag} points at ${now} now: choose another name`
            return err({ code: 'TAG_EXISTS', message, digest: now })
          }
          const mayBeThere = guard.lease(revisionFolder(repository, digest), digest)
          if (!mayBeThere || !(await isLinked(repository, digest))) {
            const message = `${digest} is not in ${repository}`
            return err({ code: 'MANIFEST_UNKNOWN', message })
          }
          await beforeChange?.()
          await linkTag(storage, repository, tag, digest)
          changes.emit({ repository, tags: [tag], manifests: [digest] })
          return ok(null)
        }),
      ),

    async referrers(repository, subject) {
      const graph = await graphs.graph(repository)
      if (graph === null) return []
      return await referrersOf(storage, graph, subject)
    },

    async tagHistory(repository, tag) {
      const items: TagHistoryItem[] = []
      for (const algorithm of digestAlgorithms) {
        for (const { name } of await storage.list(tagHistoryFolder(repository, tag, algorithm))) {
          const parsed = parseDigest(`${algorithm}:${name}`)
          const link =
            parsed.ok && (await storage.open(tagHistoryLink(repository, tag, parsed.value)))
          if (parsed.ok && link) items.push({ digest: parsed.value, linkedAtMs: link.modifiedAtMs })
        }
      }
      return items.toSorted((a, b) => b.linkedAtMs - a.linkedAtMs)
    },
  }
}
