import type { Digest } from '#domain/values/digest.ts'
import { ok, err, type Result } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { unitOfImages } from '#graph/algorithms/image-unit.ts'
import { blobFile } from '../layout.ts'
import type { HeldLock } from '#coordination/repository-lock.ts'
import { unlink } from '../manifests/unlink.ts'
import { entryFor, moveToTrash } from './move-to-trash.ts'
import { readUnit } from './read-unit.ts'
import { isDigestReference } from '../manifests/tag-or-digest.ts'
import type { DeletionInputs } from '../queries/graph/graph-refresh.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'
import { headObject } from '#storage/single-object.ts'
import {
  clustersOf,
  findRunning,
  imageRunning,
  type ImageRunning,
} from '../running/refuse-if-running.ts'
import { refuseIfProtected, type TagProtected } from '../tags/protected-tags.ts'
import { linksStillAt, tagsStillAt } from '../tags/tag-links.ts'
import type { SoftDelete } from './trash.ts'
import {
  changed,
  tagged,
  noSuchManifest,
  noSuchRepository,
  refuse,
  type Outcome,
} from './soft-delete-refusals.ts'
import type { TrashOptions } from './trash-options.ts'

/** Other tags of an image; a few of them suffice to know that it has any. */
const othersOf = (graph: RepositoryGraph, digest: Digest, tag: TagName): readonly TagName[] =>
  graph
    .tagsOf(digest)
    .filter((other) => other !== tag)
    .slice(0, 16)

export interface SoftDeleter {
  /** Call it while the repository is locked. */
  softDelete(lock: HeldLock, request: SoftDelete): Promise<Outcome>
}

export function createSoftDeleter(options: TrashOptions): SoftDeleter {
  const { objects, catalog, graphs, changes } = options

  /** Why these tags may not be taken; null: they may. */
  const refused = async (
    { repository, isAllowed }: SoftDelete,
    tags: readonly TagName[],
  ): Promise<TagProtected | null> =>
    isAllowed ? null : await refuseIfProtected(options.findProtection, repository, tags)

  /** Of what is to go, the clusters that run it, if that was confirmed; else the refusal. */
  async function running(
    request: SoftDelete,
    digests: Iterable<Digest>,
    graph?: RepositoryGraph,
  ): Promise<Result<{ readonly ranIn?: readonly string[] }, ImageRunning>> {
    const { repository, reference, isAllowed, confirmedRunning } = request
    if (isAllowed) return ok({})
    const known = async () => graph ?? graphs.peek(repository) ?? (await graphs.graph(repository))
    const found = await findRunning(options.findReported, repository, known, digests)
    if (found.length === 0) return ok({})
    if (confirmedRunning) return ok({ ranIn: clustersOf(found) })
    return err(imageRunning(repository, reference, found))
  }

  /** Sends tags alone to the trash, in an entry without manifests. */
  async function untag(
    lock: HeldLock,
    request: SoftDelete,
    names: readonly TagName[],
    digest: Digest,
  ): Promise<Outcome> {
    const { repository } = request
    const links = await linksStillAt(
      objects,
      repository,
      names.map((name) => ({ name, digest })),
    )
    const tags = links.map(({ tag, linkedAtMs }) => ({ ...tag, pushedAtMs: linkedAtMs }))
    const going = tags.map(({ name }) => name)
    const isHeld = await refused(request, going)
    if (isHeld !== null) return err(isHeld)
    const runs = await running(request, [digest])
    if (!runs.ok) return runs
    const entry =
      tags.length > 0
        ? await moveToTrash(
            options,
            lock,
            entryFor(options, request, { digest, manifests: [], missingBlobs: [], tags }),
          )
        : null
    return ok({ kind: 'untagged', tags: going, digest, entry, ...runs.value })
  }

  /** Removes a tag that shows nothing. */
  async function removeBrokenTag(
    lock: HeldLock,
    request: SoftDelete,
    tag: TagName,
  ): Promise<Outcome> {
    const { repository } = request
    const isHeld = await refused(request, [tag])
    if (isHeld !== null) return err(isHeld)
    await unlink(objects, lock, repository, { tags: [{ name: tag, digest: null }], manifests: [] })
    changes.emit({ repository, tags: [tag], manifests: [] })
    return ok({ kind: 'untagged', tags: [tag], digest: null, entry: null })
  }

  /**
   * Deletes a manifest whose bytes cannot be kept: only its tags, or a link to nothing, may be
   * removed.
   */
  async function deleteUnreadable(
    lock: HeldLock,
    request: SoftDelete,
    digest: Digest,
    graph: RepositoryGraph,
  ): Promise<Outcome> {
    const { repository, reference } = request
    if (!isDigestReference(reference)) return await untag(lock, request, [reference], digest)
    if ((await headObject(objects, blobFile(digest))) !== null) {
      return refuse(
        'MANIFEST_UNREADABLE',
        `${digest} cannot be read, so that it could never be restored; it is left as it is`,
      )
    }
    const outcome = await untag(lock, request, graph.tagsOf(digest), digest)
    if (!outcome.ok) return outcome
    await unlink(objects, lock, repository, { tags: [], manifests: [{ digest, mediaType: '' }] })
    return outcome
  }

  /**
   * Deletes one tag of several without a look at the whole repository: another tag, known from the
   * last look, still shows the image. Null where that is not so.
   */
  async function deleteOneOfSeveral(lock: HeldLock, request: SoftDelete): Promise<Outcome | null> {
    const { repository, reference, extent } = request
    const graph = graphs.peek(repository)
    if (extent !== 'tag' || isDigestReference(reference) || graph === null) return null
    const digest = graph.tag(reference)?.digest
    const others = digest ? othersOf(graph, digest, reference) : []
    if (!digest || others.length === 0) return null
    const named = [reference, ...others].map((name) => ({ name, digest }))
    const [own, other] = await tagsStillAt(objects, repository, named)
    if (own?.name !== reference || other === undefined) return null
    await request.beforeChange?.(true)
    return changed(request, digest) ?? (await untag(lock, request, [reference], digest))
  }

  /** Whether a tag that showed the image at the first look still does. */
  async function hasOtherTag(
    repository: RepositoryName,
    digest: Digest,
    tag: TagName,
  ): Promise<boolean> {
    // Where there was a look before, its tags have been tried.
    if (graphs.peek(repository) !== null) return false
    const graph = await graphs.graph(repository)
    const others = graph === null ? [] : othersOf(graph, digest, tag)
    const named = others.map((name) => ({ name, digest }))
    return (await tagsStillAt(objects, repository, named)).length > 0
  }

  async function deleteImage(
    lock: HeldLock,
    request: SoftDelete,
    digest: Digest,
    inputs: DeletionInputs,
  ): Promise<Outcome> {
    const { repository, reference } = request
    const byTag = !isDigestReference(reference)
    if (byTag && request.extent === 'tag' && (await hasOtherTag(repository, digest, reference))) {
      return await untag(lock, request, [reference], digest)
    }
    const graph = await inputs.readGraph(digest)
    const unit = unitOfImages(graph.view, [graph.nodeOf(digest)])
    const tags = graph.tagsOf(digest)
    const refusal = tagged(request, digest, tags)
    if (refusal !== null) return refusal
    if (byTag && request.extent === 'tag' && tags.some((tag) => tag !== reference)) {
      return await untag(lock, request, [reference], digest)
    }
    const listedBy = unit.listedBy.map((index) => index.digest)
    if (listedBy.length > 0) {
      const going = byTag && request.extent === 'tag' ? [reference] : tags
      if (going.length > 0) return await untag(lock, request, going, digest)
      return refuse(
        'MANIFEST_IN_USE',
        `${digest} is part of ${listedBy.join(', ')}; delete that image instead`,
        { heldBy: listedBy },
      )
    }
    const trashedTags = unit.tags.flatMap((name) => {
      const link = graph.tag(name)
      return link?.digest ? [{ name, digest: link.digest, pushedAtMs: link.linkedAtMs }] : []
    })
    const isHeld = await refused(request, unit.tags)
    if (isHeld !== null) return err(isHeld)
    const going = Array.from(unit.manifests, ([node]) => node.digest)
    const runs = await running(request, going, graph)
    if (!runs.ok) return runs
    const manifests = new Map(Array.from(unit.manifests, ([node, role]) => [node.digest, role]))
    const { bytes, ...read } = await readUnit(options, repository, manifests)
    if (!read.manifests.some((manifest) => manifest.digest === digest)) {
      return await deleteUnreadable(lock, request, digest, graph)
    }
    const file = entryFor(options, request, { digest, ...read, tags: trashedTags })
    const entry = await moveToTrash(options, lock, file, bytes)
    return ok({ kind: 'trashed', entry, ...runs.value })
  }

  return {
    async softDelete(lock, request) {
      const { repository, reference } = request
      const oneOfSeveral = await deleteOneOfSeveral(lock, request)
      if (oneOfSeveral !== null) return oneOfSeveral
      const inputs = await graphs.readReference(repository, reference)
      const { tag, digest, isLinked } = inputs
      const byTag = !isDigestReference(reference)
      await request.beforeChange?.(!byTag || tag !== null)
      const isThere = byTag ? tag !== null : isLinked
      if (!isThere && !(await catalog.has(repository))) return noSuchRepository(repository)
      if (byTag && tag === null) {
        return refuse(
          'NO_SUCH_TAG',
          `${repository} has no tag ${reference}: it may have been deleted already`,
        )
      }
      if (digest === null) {
        return byTag ? await removeBrokenTag(lock, request, reference) : noSuchManifest(request)
      }
      const refusal = changed(request, digest)
      if (refusal !== null) return refusal
      if (isLinked) return await deleteImage(lock, request, digest, inputs)
      return byTag ? await untag(lock, request, [reference], digest) : noSuchManifest(request)
    },
  }
}
