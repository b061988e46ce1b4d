import type { Digest } from '#domain/values/digest.ts'
import { ok, err, type Result } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { linkBlob, openLinkedBlob } from '../blobs/blob-store.ts'
import { blobFile, blobFolder, revisionLink } from '../layout.ts'
import { writeLink } from '../tags/link.ts'
import { parseManifestBytes, readManifest } from '../manifests/manifest-reading.ts'
import { planRestore } from './restore-plan.ts'
import type { InUseGuard } from '../removal/removals.ts'
import type { SoftDeleter } from './soft-delete.ts'
import type { Bytes, Storage } from '#storage/storage.ts'
import {
  isSurelyBlob,
  isSurelyManifest,
  storedReferencesOf,
} from '../manifests/stored-references.ts'
import { linkTag } from '../tags/tag-links.ts'
import type { Restore, Restored, RestoreRefusal } from './trash.ts'
import type { TrashEntry } from './trash-entry.ts'
import type { RestorePlan, TrashFile } from './trash-file.ts'
import type { TrashOptions } from './trash-options.ts'
import { mendTrashedManifest } from './trashed-manifest.ts'

export interface Restorer {
  /** Call it while the repository is locked, with the entry as it is then. */
  restore(file: TrashFile, request: Restore): Promise<Result<Restored, RestoreRefusal>>
  /** Runs the steps that follow once the plan is written; each can be repeated. */
  finish(file: TrashFile, plan: RestorePlan): Promise<Restored>
}

/**
 * A restore that has begun must finish, because it blocks every other act in the repository. It
 * writes few bytes.
 */
const fromReserve = (storage: Storage): Storage => ({
  ...storage,
  write: (path, body, how) => storage.write(path, body, { ...how, fromReserve: true }),
})

export function createRestorer(options: TrashOptions, deleter: SoftDeleter): Restorer {
  const { catalog, changes, store, removals } = options
  const storage = fromReserve(options.storage)

  /**
   * Links layers again: a collection may have removed the link of a layer whose bytes another image
   * kept.
   */
  async function linkLayers(
    guard: InUseGuard,
    repository: RepositoryName,
    bytes: Bytes,
  ): Promise<void> {
    const parsed = parseManifestBytes(bytes)
    if (!parsed.ok) return
    for (const reference of storedReferencesOf(parsed.value)) {
      const { digest } = reference
      if (isSurelyManifest(parsed.value, reference)) continue
      // An index may list either kind: by now its manifests are linked as manifests.
      const isLinked = async () => (await storage.open(revisionLink(repository, digest))) !== null
      if (!isSurelyBlob(parsed.value) && (await isLinked())) continue
      if ((await openLinkedBlob(storage, guard, repository, digest)) !== null) continue
      // Absent from storage: it was missing when the image was deleted.
      if ((await storage.open(blobFile(digest))) === null) continue
      await linkBlob(storage, guard, repository, digest, digest)
    }
  }

  /**
   * Sends the images that the plan's tags show now to the trash, where these were their last tags.
   */
  async function displace(file: TrashFile, plan: RestorePlan): Promise<TrashEntry[]> {
    const { repository } = file
    const replaced: TrashEntry[] = []
    for (const tag of plan.tags) {
      const link = await catalog.tag(repository, tag.name)
      if (link === null || link.digest === tag.digest) continue
      const deleted = await deleter.softDelete({
        repository,
        reference: tag.name,
        extent: 'tag',
        deletedBy: plan.restoredBy,
        retentionMs: plan.retentionMs,
      })
      if (deleted.ok && deleted.value.entry !== null) replaced.push(deleted.value.entry)
    }
    return replaced
  }

  async function putBack(guard: InUseGuard, file: TrashFile, plan: RestorePlan): Promise<Restored> {
    const { repository } = file
    const replaced = plan.replace ? await displace(file, plan) : []
    const contents = new Map<Digest, Bytes | null>()
    for (const [position, { digest }] of file.manifests.entries()) {
      await guard.waitUntilDeleted(blobFolder(digest), digest)
      contents.set(digest, await mendTrashedManifest(options, file, position))
    }
    for (const digest of plan.relinkedManifests) {
      await guard.waitUntilDeleted(blobFolder(digest), digest)
      const reading = await readManifest(storage, digest)
      if (reading.kind === 'manifest' || reading.kind === 'opaque') {
        contents.set(digest, reading.bytes)
      }
    }
    // As in a push, everything that an index lists is linked before the index.
    const bottomUp = [...contents].toReversed()
    for (const [digest] of bottomUp) {
      await writeLink(storage, revisionLink(repository, digest), digest)
    }
    for (const [, bytes] of bottomUp) if (bytes) await linkLayers(guard, repository, bytes)
    const tags: TagName[] = []
    for (const tag of plan.tags) {
      const link = await catalog.tag(repository, tag.name)
      // Another client moved the tag since the plan was made: it stays where it is.
      if (!plan.replace && link !== null && link.digest !== tag.digest) continue
      await linkTag(storage, repository, tag.name, tag.digest)
      tags.push(tag.name)
    }
    for (const id of plan.ends) await store.remove(id)
    await store.remove(file.id)
    options.pendingOperations.remove(repository, file.id)
    changes.emit({ repository, tags, manifests: [...contents.keys()] })
    return { repository, digest: file.digest, tags, replaced }
  }

  return {
    finish: (file, plan) => removals.withGuard((guard) => putBack(guard, file, plan)),

    async restore(file, request) {
      if (file.state === 'claimed') {
        return err({
          code: 'COLLECTION_RUNNING',
          message: 'a collection has begun to remove this image; it can no longer be restored',
        })
      }
      return await removals.withGuard(async (guard) => {
        const plan = await planRestore(options, guard, file, request)
        if (!plan.ok) return plan
        options.pendingOperations.add(file.repository, file.id)
        await store.write({ ...file, state: 'restoring', restore: plan.value })
        return ok(await putBack(guard, file, plan.value))
      })
    },
  }
}
