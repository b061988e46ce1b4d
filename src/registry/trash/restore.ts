import type { Digest } from '#domain/values/digest.ts'
import { ok, err, type Result } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { blobFile, blobFolder, layerFolder, layerLink, revisionLink } from '../layout.ts'
import { writeLink } from '../tags/link.ts'
import { findLinkedContent } from '../manifests/linked-content.ts'
import { parseManifestBytes, readManifests } from '../manifests/manifest-reading.ts'
import { planRestore } from './restore-plan.ts'
import type { InUseGuard } from '#coordination/blob-leases.ts'
import type { HeldLock } from '#coordination/repository-lock.ts'
import type { SoftDeleter } from './soft-delete.ts'
import type { ObjectReader } from '#storage/object-store.ts'
import { headObjects } from '#storage/single-object.ts'
import type { Bytes } from '#storage/bytes.ts'
import { leadsToBlob, leadsToEither, requiredEdgesOf } from '#graph/edges.ts'
import { changeOfLink, linkTag, readTagLinks } from '../tags/tag-links.ts'
import type { Restore, Restored, RestoreRefusal } from './trash.ts'
import type { TrashedTag, TrashEntry } from './trash-entry.ts'
import type { RestorePlan, TrashFile } from './trash-file.ts'
import type { TrashOptions } from './trash-options.ts'
import { mendTrashedManifests } from './trashed-manifest.ts'

export interface Restorer {
  /** Call it while the repository is locked, with the entry as it is then. */
  restore(
    lock: HeldLock,
    file: TrashFile,
    request: Restore,
  ): Promise<Result<Restored, RestoreRefusal>>
  /** Runs the steps that follow once the plan is written; each can be repeated. */
  finish(lock: HeldLock, file: TrashFile, plan: RestorePlan): Promise<Restored>
}

/**
 * A restore that has begun must finish, because it blocks every other act in the repository. It
 * writes few bytes.
 */
const fromReserve = { fromReserve: true } as const

/** The tags that show something else now, or nothing that can be pulled. */
async function tagsElsewhere(
  objects: Pick<ObjectReader, 'getMany'>,
  repository: RepositoryName,
  tags: readonly TrashedTag[],
): Promise<readonly TrashedTag[]> {
  const names = tags.map(({ name }) => name)
  const links = await readTagLinks(objects, repository, names)
  return tags.filter(({ digest }, position) => {
    const link = links[position] ?? null
    return link !== null && link.digest !== digest
  })
}

/** Few enough that other requests get their turn. */
const readAtOnce = 16

export function createRestorer(options: TrashOptions, deleter: SoftDeleter): Restorer {
  const { objects, changes, store, leases } = options

  /**
   * Links layers again: a collection may have removed the link of a layer whose bytes another image
   * kept.
   */
  async function linkLayers(
    guard: InUseGuard,
    repository: RepositoryName,
    contents: readonly Bytes[],
  ): Promise<void> {
    const layers = new Set<Digest>()
    /** An index may list either kind: by now its manifests are linked as manifests. */
    const unsure = new Set<Digest>()
    for (const bytes of contents) {
      const parsed = parseManifestBytes(bytes)
      if (!parsed.ok) continue
      for (const edge of requiredEdgesOf(parsed.value)) {
        if (leadsToBlob(edge)) layers.add(edge.target.digest)
        else if (leadsToEither(edge)) unsure.add(edge.target.digest)
      }
    }
    await guard.intend([...layers, ...unsure])
    const requested = { manifests: unsure, blobs: [...layers, ...unsure] }
    const linked = await findLinkedContent(objects, guard, repository, requested)
    const unlinked = Array.from(linked.blobs).flatMap(([digest, blob]) => {
      const isManifest = !layers.has(digest) && linked.manifests.get(digest) !== 'not linked'
      return blob !== null || isManifest ? [] : [digest]
    })
    const heads = await headObjects(objects, unlinked.map(blobFile))
    for (const [position, digest] of unlinked.entries()) {
      // Absent from storage: it was missing when the image was deleted.
      if (heads[position] === null) continue
      await guard.waitUntilDeleted(layerFolder(repository, digest), digest)
      await writeLink(objects, layerLink(repository, digest), digest, fromReserve)
    }
  }

  /**
   * Sends the images that the plan's tags show now to the trash, where these were their last tags.
   */
  async function displace(
    lock: HeldLock,
    file: TrashFile,
    plan: RestorePlan,
  ): Promise<TrashEntry[]> {
    const { repository } = file
    const replaced: TrashEntry[] = []
    for (const tag of await tagsElsewhere(objects, repository, plan.tags)) {
      const deleted = await deleter.softDelete(lock, {
        repository,
        reference: tag.name,
        extent: 'tag',
        deletedBy: plan.restoredBy,
        retentionMs: plan.retentionMs,
        isAllowed: true,
      })
      if (deleted.ok && deleted.value.entry !== null) replaced.push(deleted.value.entry)
    }
    return replaced
  }

  async function putBack(
    { guard, lock }: { readonly guard: InUseGuard; readonly lock: HeldLock },
    file: TrashFile,
    plan: RestorePlan,
  ): Promise<Restored> {
    const { repository } = file
    const replaced = plan.replace ? await displace(lock, file, plan) : []
    const contents = new Map<Digest, Bytes | null>()
    const own = file.manifests.map(({ digest }) => digest)
    await guard.intend([...own, ...plan.relinkedManifests])
    for (const digest of [...own, ...plan.relinkedManifests]) {
      await guard.waitUntilDeleted(blobFolder(digest), digest)
    }
    const mended = await mendTrashedManifests(options, file)
    for (const [position, digest] of own.entries()) contents.set(digest, mended[position] ?? null)
    for (const slice of inSlices(plan.relinkedManifests, readAtOnce)) {
      const readings = await readManifests(objects, slice)
      for (const [position, digest] of slice.entries()) {
        const reading = readings[position]
        if (reading?.kind === 'manifest' || reading?.kind === 'opaque') {
          contents.set(digest, reading.bytes)
        }
      }
    }
    // As in a push, everything that an index lists is linked before the index.
    const bottomUp = [...contents].toReversed()
    await lock.changeTags(
      bottomUp.map(([digest]) => changeOfLink(digest)),
      async () => {
        for (const [digest] of bottomUp) {
          await writeLink(objects, revisionLink(repository, digest), digest, fromReserve)
        }
      },
    )
    const read = [...contents.values()].filter((bytes) => bytes !== null)
    await linkLayers(guard, repository, read)
    // Another client moved a tag since the plan was made: it stays where it is.
    const moved = plan.replace ? [] : await tagsElsewhere(objects, repository, plan.tags)
    const stays = new Set(moved)
    const tags: TagName[] = []
    for (const tag of plan.tags) {
      if (stays.has(tag)) continue
      await linkTag(objects, lock, repository, tag.name, tag.digest, fromReserve, tag.pushedAtMs)
      tags.push(tag.name)
    }
    for (const id of plan.ends) await store.remove(id)
    await store.remove(file.id)
    options.pendingOperations.remove(repository, file.id)
    changes.emit({ repository, tags, manifests: [...contents.keys()] })
    return { repository, digest: file.digest, tags, replaced }
  }

  return {
    finish: (lock, file, plan) =>
      leases.withLeases((guard) => putBack({ guard, lock }, file, plan)),

    async restore(lock, file, request) {
      if (file.state === 'claimed') {
        return err({
          code: 'COLLECTION_RUNNING',
          message: 'a collection has begun to remove this image; it can no longer be restored',
        })
      }
      return await leases.withLeases(async (guard) => {
        const plan = await planRestore(options, guard, file, request)
        if (!plan.ok) return plan
        await lock.expectSettled([
          ...plan.value.tags.map(({ name }) => name),
          ...file.manifests.map(({ digest }) => digest),
          ...plan.value.relinkedManifests,
        ])
        options.pendingOperations.add(file.repository, file.id)
        await store.write({ ...file, state: 'restoring', restore: plan.value })
        return ok(await putBack({ guard, lock }, file, plan.value))
      })
    },
  }
}
