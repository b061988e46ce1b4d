import type { Digest } from '#domain/digest.ts'
import { accepted, refused, type Parsed } from '#domain/parsed.ts'
import type { RepositoryName } from '#domain/repository-name.ts'
import type { TagName } from '#domain/tag-name.ts'
import { imageUnitOf } from './image-unit.ts'
import { mapInBatches } from './in-batches.ts'
import { mediaTypeOf } from './known-media-types.ts'
import { blobFile, revisionFolder, revisionLink } from './layout.ts'
import { checkReferences } from './manifest-check.ts'
import { readManifest } from './manifest-reading.ts'
import { isDigestReference } from './reference.ts'
import type { RepositoryGraph } from './repository-graph.ts'
import { StorageError } from './storage.ts'
import { unlinkTag } from './tag-links.ts'
import type { SoftDelete, SoftDeleted, SoftDeleteRefusal } from './trash.ts'
import type { ManifestRole, TrashedTag } from './trash-entry.ts'
import { entryOf, type FiledManifest, type TrashFile } from './trash-file.ts'
import type { TrashOptions } from './trash-options.ts'

type Outcome = Parsed<SoftDeleted, SoftDeleteRefusal>

const refuse = (
  code: SoftDeleteRefusal['code'],
  message: string,
  more: Partial<SoftDeleteRefusal> = {},
): Outcome => refused({ code, message, ...more })

const noSuchRepository = (repository: RepositoryName): Outcome =>
  refuse('NO_SUCH_REPOSITORY', `there is no repository ${repository}`)

export interface SoftDeleter {
  /** To be called while the repository is locked. */
  softDelete(request: SoftDelete): Promise<Outcome>
  /** The steps after the entry was written; each can be repeated. */
  finish(file: TrashFile): Promise<TrashFile>
}

export function createSoftDeleter(options: TrashOptions): SoftDeleter {
  const { storage, catalog, graphs, changes, store, clock, removals, holds } = options

  /** Of these tags, those that still point where they should, read from storage just now. */
  async function stillPointing(repository: RepositoryName, tags: readonly TrashedTag[]) {
    const links = await mapInBatches(tags, async (tag) => {
      const link = await catalog.tag(repository, tag.name)
      return link && link.digest === tag.digest ? [tag] : []
    })
    return links.flat()
  }

  async function untag(
    repository: RepositoryName,
    tags: readonly TagName[],
    digest: Digest | null,
  ): Promise<Outcome> {
    for (const tag of tags) await unlinkTag(storage, repository, tag)
    changes.emit({ repository, tags, manifests: [] })
    return accepted({ kind: 'untagged', tags, digest })
  }

  async function readUnit(
    repository: RepositoryName,
    unit: ReadonlyMap<Digest, ManifestRole>,
  ): Promise<Pick<TrashFile, 'manifests' | 'holes'>> {
    const holes: Digest[] = []
    const read = async ([digest, role]: readonly [Digest, ManifestRole]) => {
      const reading = await readManifest(storage, digest)
      if (reading.kind === 'unreadable' && reading.isDenied) {
        throw new StorageError('DENIED', blobFile(digest))
      }
      // Gone meanwhile: nothing that could be kept, and it was no part of a whole image.
      if (reading.kind === 'missing' || reading.kind === 'unreadable') return []
      const { bytes, sizeBytes } = reading
      if (reading.kind === 'opaque') {
        return [{ digest, role, mediaType: mediaTypeOf(bytes).mediaType, sizeBytes, bytes }]
      }
      const { manifest } = reading
      const { missing } = await removals.relying((rely) =>
        checkReferences(storage, rely, repository, manifest),
      )
      holes.push(...missing)
      return [{ digest, role, mediaType: manifest.mediaType, sizeBytes, bytes }]
    }
    const manifests: FiledManifest[] = (await mapInBatches([...unit], read)).flat()
    return { manifests, holes: [...new Set(holes)] }
  }

  async function finish(file: TrashFile): Promise<TrashFile> {
    const { repository } = file
    for (const tag of await stillPointing(repository, file.tags)) {
      await unlinkTag(storage, repository, tag.name)
    }
    // The image before its platforms: an index is never there without what it lists.
    for (const { digest } of file.manifests) {
      await storage.remove(revisionFolder(repository, digest))
    }
    const held: TrashFile = { ...file, state: 'held' }
    const isNoted = await noted(held)
    for (const { digest } of file.manifests) holds.forget(repository, digest)
    options.unfinished[isNoted ? 'end' : 'begin'](repository, file.id)
    changes.emit({
      repository,
      tags: file.tags.map((tag) => tag.name),
      manifests: file.manifests.map((manifest) => manifest.digest),
    })
    return isNoted ? held : file
  }

  /** The image is gone already: on a full disk the note that it is may come later. */
  async function noted(held: TrashFile): Promise<boolean> {
    try {
      await store.write(held)
      return true
    } catch (error) {
      if (error instanceof StorageError && error.code === 'FULL') return false
      throw error
    }
  }

  /** A manifest whose bytes cannot be kept: only its tags can go, or a link to nothing. */
  async function deleteUnreadable(
    request: SoftDelete,
    digest: Digest,
    graph: RepositoryGraph,
  ): Promise<Outcome> {
    const { repository, reference } = request
    if (!isDigestReference(reference)) return await untag(repository, [reference], digest)
    if ((await storage.open(blobFile(digest))) !== null) {
      return refuse(
        'MANIFEST_UNREADABLE',
        `${digest} cannot be read, so that it could never be restored; it is left as it is`,
      )
    }
    const outcome = await untag(repository, graph.tagsOf(digest), digest)
    await storage.remove(revisionFolder(repository, digest))
    return outcome
  }

  /** Whether a tag that showed the image when it was last looked at still does. */
  async function hasOtherTag(
    repository: RepositoryName,
    digest: Digest,
    tag: TagName,
  ): Promise<boolean> {
    const graph = await graphs.graph(repository)
    for (const other of graph?.tagsOf(digest) ?? []) {
      if (other === tag) continue
      if ((await catalog.tag(repository, other))?.digest === digest) return true
    }
    return false
  }

  async function deleteImage(request: SoftDelete, digest: Digest): Promise<Outcome> {
    const { repository, reference } = request
    const byTag = !isDigestReference(reference)
    if (byTag && request.extent === 'tag' && (await hasOtherTag(repository, digest, reference))) {
      return await untag(repository, [reference], digest)
    }
    const graph = await graphs.fresh(repository, digest)
    if (graph === null) return noSuchRepository(repository)
    const unit = imageUnitOf(graph, digest)
    const tags = graph.tagsOf(digest)
    if (byTag && request.extent === 'tag' && tags.some((tag) => tag !== reference)) {
      return await untag(repository, [reference], digest)
    }
    if (unit.heldBy.length > 0) {
      const going = byTag && request.extent === 'tag' ? [reference] : tags
      if (going.length > 0) return await untag(repository, going, digest)
      return refuse(
        'MANIFEST_IN_USE',
        `${digest} is part of ${unit.heldBy.join(', ')}; delete that image instead`,
        { heldBy: unit.heldBy },
      )
    }
    const trashedTags = unit.tags.flatMap((name) => {
      const pointsAt = graph.tag(name)?.digest
      return pointsAt ? [{ name, digest: pointsAt }] : []
    })
    const deletedAtMs = clock.nowMs()
    const file: TrashFile = {
      id: options.createId(),
      repository,
      reference,
      digest,
      ...(await readUnit(repository, unit.manifests)),
      tags: await stillPointing(repository, trashedTags),
      deletedAtMs,
      deletedBy: request.deletedBy,
      heldUntilMs: deletedAtMs + request.retentionMs,
      hadRetention: request.retentionMs > 0,
      state: 'deleting',
      restore: null,
    }
    if (!file.manifests.some((manifest) => manifest.digest === digest)) {
      return await deleteUnreadable(request, digest, graph)
    }
    // Before it is written: a write that fails may be on storage all the same.
    options.unfinished.begin(repository, file.id)
    await store.write(file)
    return accepted({ kind: 'trashed', entry: entryOf(await finish(file)) })
  }

  return {
    finish,

    async softDelete(request) {
      const { repository, reference, expectedDigest } = request
      if (!(await catalog.has(repository))) {
        return noSuchRepository(repository)
      }
      let digest: Digest
      if (isDigestReference(reference)) {
        digest = reference
      } else {
        const link = await catalog.tag(repository, reference)
        if (link === null) return refuse('NO_SUCH_TAG', `${repository} has no tag ${reference}`)
        if (link.digest === null) return await untag(repository, [reference], null)
        digest = link.digest
      }
      if (expectedDigest !== undefined && expectedDigest !== digest) {
        return refuse(
          'REFERENCE_CHANGED',
          `${reference} is now ${digest}; look again before deleting it`,
          { digest },
        )
      }
      if ((await storage.open(revisionLink(repository, digest))) !== null) {
        return await deleteImage(request, digest)
      }
      return isDigestReference(reference)
        ? refuse('NO_SUCH_REF', `${repository} has no manifest ${digest}`)
        : await untag(repository, [reference], digest)
    },
  }
}
