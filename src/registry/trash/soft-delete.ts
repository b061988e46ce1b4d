import type { Digest } from '#domain/values/digest.ts'
import { ok, err, type Result } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { imageUnitOf } from '../queries/graph/image-unit.ts'
import { blobFile, revisionLink } from '../layout.ts'
import { unlink } from '../manifests/unlink.ts'
import { readUnit, type ReadUnit } from './read-unit.ts'
import { isDigestReference } from '../manifests/reference.ts'
import type { RepositoryGraph } from '../queries/graph/repository-graph.ts'
import { StoreError } from '#storage/errors.ts'
import { headObject } from '#storage/single-object.ts'
import { tagsStillAt } from '../tags/tag-links.ts'
import type { SoftDelete, SoftDeleted, SoftDeleteRefusal } from './trash.ts'
import { writeTrashCopy } from './trash-copy.ts'
import type { TrashEntry } from './trash-entry.ts'
import { entryOf, type TrashFile } from './trash-file.ts'
import type { TrashOptions } from './trash-options.ts'

type Outcome = Result<SoftDeleted, SoftDeleteRefusal>

const refuse = (
  code: SoftDeleteRefusal['code'],
  message: string,
  more: Partial<SoftDeleteRefusal> = {},
): Outcome => err({ code, message, ...more })

const noSuchRepository = (repository: RepositoryName): Outcome =>
  refuse('NO_SUCH_REPOSITORY', `there is no repository ${repository}: check its name`)

export interface SoftDeleter {
  /** Call it while the repository is locked. */
  softDelete(request: SoftDelete): Promise<Outcome>
  /** Runs the steps that follow once the entry is written; each can be repeated. */
  finish(file: TrashFile): Promise<TrashFile>
}

export function createSoftDeleter(options: TrashOptions): SoftDeleter {
  const { objects, catalog, graphs, changes, store, clock, leases } = options

  /** The entry, as it is written before anything is removed. */
  function entryFor(
    { repository, reference, deletedBy, retentionMs, entryID }: SoftDelete,
    what: Pick<TrashFile, 'digest' | 'manifests' | 'missingBlobs' | 'tags'>,
  ): TrashFile {
    const deletedAtMs = clock.nowMs()
    return {
      id: entryID ?? options.createId(),
      repository,
      reference,
      ...what,
      deletedAtMs,
      deletedBy,
      heldUntilMs: deletedAtMs + retentionMs,
      hadRetention: retentionMs > 0,
      state: 'deleting',
      restore: null,
    }
  }

  async function moveToTrash(file: TrashFile, bytes?: ReadUnit['bytes']): Promise<TrashEntry> {
    // Added before the write: a write that fails may be on storage all the same.
    options.pendingOperations.add(file.repository, file.id)
    const [written] = await Promise.allSettled([
      store.write(file),
      writeTrashCopy(objects, file, bytes),
    ])
    if (written.status === 'rejected') throw written.reason
    return entryOf(await finish(file))
  }

  /** Sends tags alone to the trash, in an entry without manifests. */
  async function untag(
    request: SoftDelete,
    names: readonly TagName[],
    digest: Digest,
  ): Promise<Outcome> {
    const { repository } = request
    const tags = await tagsStillAt(
      objects,
      repository,
      names.map((name) => ({ name, digest })),
    )
    const entry =
      tags.length > 0
        ? await moveToTrash(entryFor(request, { digest, manifests: [], missingBlobs: [], tags }))
        : null
    return ok({ kind: 'untagged', tags: tags.map(({ name }) => name), digest, entry })
  }

  /** Removes a tag that shows nothing. */
  async function removeBrokenTag(repository: RepositoryName, tag: TagName): Promise<Outcome> {
    await unlink(objects, repository, { tags: [{ name: tag, digest: null }], manifests: [] })
    changes.emit({ repository, tags: [tag], manifests: [] })
    return ok({ kind: 'untagged', tags: [tag], digest: null, entry: null })
  }

  async function finish(file: TrashFile): Promise<TrashFile> {
    const { repository } = file
    const tags = await tagsStillAt(objects, repository, file.tags)
    await unlink(objects, repository, { tags, manifests: file.manifests })
    const held: TrashFile = { ...file, state: 'held' }
    const isNoted = await noted(held)
    for (const { digest } of file.manifests) leases.releasePush(repository, digest)
    if (isNoted) options.pendingOperations.remove(repository, file.id)
    else options.pendingOperations.add(repository, file.id)
    changes.emit({
      repository,
      tags: file.tags.map((tag) => tag.name),
      manifests: file.manifests.map((manifest) => manifest.digest),
    })
    return isNoted ? held : file
  }

  /**
   * Records that the deletion has ended. On a full disk this may come later, because the image is
   * gone already.
   */
  async function noted(held: TrashFile): Promise<boolean> {
    try {
      await store.write(held)
      return true
    } catch (error) {
      if (error instanceof StoreError && error.code === 'FULL') return false
      throw error
    }
  }

  /**
   * Deletes a manifest whose bytes cannot be kept: only its tags, or a link to nothing, may be
   * removed.
   */
  async function deleteUnreadable(
    request: SoftDelete,
    digest: Digest,
    graph: RepositoryGraph,
  ): Promise<Outcome> {
    const { repository, reference } = request
    if (!isDigestReference(reference)) return await untag(request, [reference], digest)
    if ((await headObject(objects, blobFile(digest))) !== null) {
      return refuse(
        'MANIFEST_UNREADABLE',
        `${digest} cannot be read, so that it could never be restored; it is left as it is`,
      )
    }
    const outcome = await untag(request, graph.tagsOf(digest), digest)
    await unlink(objects, repository, { tags: [], manifests: [{ digest, mediaType: '' }] })
    return outcome
  }

  /** Whether a tag that showed the image at the last look still does. */
  async function hasOtherTag(
    repository: RepositoryName,
    digest: Digest,
    tag: TagName,
  ): Promise<boolean> {
    const graph = await graphs.graph(repository)
    const others = (graph?.tagsOf(digest) ?? []).filter((other) => other !== tag)
    const named = others.map((name) => ({ name, digest }))
    return (await tagsStillAt(objects, repository, named)).length > 0
  }

  async function deleteImage(request: SoftDelete, digest: Digest): Promise<Outcome> {
    const { repository, reference } = request
    const byTag = !isDigestReference(reference)
    if (byTag && request.extent === 'tag' && (await hasOtherTag(repository, digest, reference))) {
      return await untag(request, [reference], digest)
    }
    const graph = await graphs.readCurrent(repository, digest)
    if (graph === null) return noSuchRepository(repository)
    const unit = imageUnitOf(graph, digest)
    const tags = graph.tagsOf(digest)
    if (byTag && request.extent === 'tag' && tags.some((tag) => tag !== reference)) {
      return await untag(request, [reference], digest)
    }
    if (unit.listedBy.length > 0) {
      const going = byTag && request.extent === 'tag' ? [reference] : tags
      if (going.length > 0) return await untag(request, going, digest)
      return refuse(
        'MANIFEST_IN_USE',
        `${digest} is part of ${unit.listedBy.join(', ')}; delete that image instead`,
        { heldBy: unit.listedBy },
      )
    }
    const trashedTags = unit.tags.flatMap((name) => {
      const pointsAt = graph.tag(name)?.digest
      return pointsAt ? [{ name, digest: pointsAt }] : []
    })
    const { bytes, ...read } = await readUnit(options, repository, unit.manifests)
    if (!read.manifests.some((manifest) => manifest.digest === digest)) {
      return await deleteUnreadable(request, digest, graph)
    }
    const tagsThere = await tagsStillAt(objects, repository, trashedTags)
    const file = entryFor(request, { digest, ...read, tags: tagsThere })
    const entry = await moveToTrash(file, bytes)
    return ok({ kind: 'trashed', entry })
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
        if (link === null)
          return refuse(
            'NO_SUCH_TAG',
            `${repository} has no tag ${reference}: it may have been deleted already`,
          )
        if (link.digest === null) return await removeBrokenTag(repository, reference)
        digest = link.digest
      }
      if (expectedDigest !== undefined && expectedDigest !== digest) {
        return refuse(
          'REFERENCE_CHANGED',
          `${reference} is now ${digest}; look again before deleting it`,
          { digest },
        )
      }
      if ((await headObject(objects, revisionLink(repository, digest))) !== null) {
        return await deleteImage(request, digest)
      }
      return isDigestReference(reference)
        ? refuse(
            'NO_SUCH_REF',
            `${repository} has no manifest ${digest}: it may have been deleted already`,
          )
        : await untag(request, [reference], digest)
    },
  }
}
