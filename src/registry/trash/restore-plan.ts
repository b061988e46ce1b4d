import type { Digest } from '#domain/values/digest.ts'
import type { Descriptor, Manifest } from '#domain/manifest/manifest.ts'
import { ok, err, type Result } from '#domain/values/result.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { openLinkedBlob } from '../blobs/blob-store.ts'
import { mapInBatches } from '../in-batches.ts'
import { blobFile, blobFolder, revisionFolder, revisionLink } from '../layout.ts'
import { parseManifestBytes, readManifest } from '../manifests/manifest-reading.ts'
import type { InUseGuard } from '../removal/removals.ts'
import {
  isSurelyBlob,
  isSurelyManifest,
  storedReferencesOf,
} from '../manifests/stored-references.ts'
import type { Restore, RestoreRefusal } from './trash.ts'
import { StorageError, type Bytes } from '#storage/storage.ts'
import { isOfTags, type TrashedTag } from './trash-entry.ts'
import { listedOf, type ListedTrashFile, type RestorePlan, type TrashFile } from './trash-file.ts'
import type { TrashOptions } from './trash-options.ts'
import { matchTrashedTags, type TrashedTags } from './trash-tags.ts'
import { readTrashedManifest } from './trashed-manifest.ts'

/** The tags of an entry under their new names, without those that the person dropped. */
const renamedTags = (file: Pick<TrashFile, 'tags'>, names: Restore['tags']): TrashedTag[] =>
  file.tags.flatMap((tag) => {
    const name = names?.get(tag.name)
    return name === null ? [] : [{ ...tag, name: name ?? tag.name }]
  })

interface Needs {
  /**
   * Gone from storage: without these the image would lack something that it did not lack when it
   * was deleted.
   */
  readonly missing: readonly Digest[]
  readonly relinkedManifests: readonly Digest[]
}

/** What the restored manifests list and neither the entry nor the repository has. */
async function findNeeds(
  options: TrashOptions,
  guard: InUseGuard,
  file: TrashFile,
): Promise<Needs> {
  const { storage } = options
  const { repository } = file
  const missingBlobs = new Set(file.missingBlobs)
  const filed = new Set(file.manifests.map((manifest) => manifest.digest))
  const relinkedManifests = new Set<Digest>()
  const missing: Digest[] = []

  async function isOnStorage(digest: Digest): Promise<boolean> {
    if ((await openLinkedBlob(storage, guard, repository, digest)) !== null) return true
    if (!guard.lease(blobFolder(digest), digest)) return false
    return (await storage.open(blobFile(digest))) !== null
  }

  /**
   * Relinks a platform that went to the trash later, with another image: its manifest is still on
   * storage.
   */
  async function relink(digest: Digest): Promise<void> {
    if (filed.has(digest) || relinkedManifests.has(digest)) return
    const isWhole = guard.lease(blobFolder(digest), digest)
    if (guard.lease(revisionFolder(repository, digest), digest)) {
      if ((await storage.open(revisionLink(repository, digest))) !== null) return
    }
    const reading = await readManifest(storage, digest)
    if (reading.kind === 'unreadable' && reading.isDenied) {
      throw new StorageError('DENIED', blobFile(digest))
    }
    const hasBytes = reading.kind === 'manifest' || reading.kind === 'opaque'
    if (!isWhole || !hasBytes) missing.push(digest)
    else {
      relinkedManifests.add(digest)
      await follow(reading.bytes)
    }
  }

  async function follow(bytes: Bytes): Promise<void> {
    const parsed = parseManifestBytes(bytes)
    if (!parsed.ok) return
    const manifest = parsed.value
    const needed = storedReferencesOf(manifest).filter(({ digest }) => !missingBlobs.has(digest))
    const blobs: Digest[] = []
    for (const reference of needed) {
      if (await isBlob(manifest, reference)) blobs.push(reference.digest)
      else await relink(reference.digest)
    }
    const gone = await mapInBatches(blobs, async (digest) =>
      (await isOnStorage(digest)) ? [] : [digest],
    )
    missing.push(...gone.flat())
  }

  /** An index may list blobs: these are linked as blobs, or cannot be read as manifests. */
  async function isBlob(manifest: Manifest, reference: Descriptor): Promise<boolean> {
    const { digest } = reference
    if (isSurelyBlob(manifest)) return true
    if (isSurelyManifest(manifest, reference) || filed.has(digest)) return false
    if ((await openLinkedBlob(storage, guard, repository, digest)) !== null) return true
    guard.lease(blobFolder(digest), digest)
    return (await readManifest(storage, digest)).kind !== 'manifest'
  }

  for (const [position, { digest }] of file.manifests.entries()) {
    await guard.waitUntilDeleted(blobFolder(digest), digest)
    const found = await readTrashedManifest(options, file, position)
    if (found !== null) await follow(found.bytes)
    else if (!missingBlobs.has(digest)) missing.push(digest)
  }
  return { missing: [...new Set(missing)], relinkedManifests: [...relinkedManifests] }
}

/** Why tags alone cannot be restored: the image that they showed is not in the repository. */
async function refusalOfTags(
  { storage }: TrashOptions,
  guard: InUseGuard,
  file: TrashFile,
  trashed: TrashedTags<ListedTrashFile>,
): Promise<RestoreRefusal | null> {
  const { repository, digest } = file
  const mayBeThere = guard.lease(revisionFolder(repository, digest), digest)
  if (mayBeThere && (await storage.open(revisionLink(repository, digest))) !== null) return null
  const advice =
    trashed.imageOf(listedOf(file)) === null
      ? 'it was collected, or removed by other software: push it again to tag it'
      : 'it is in the trash: restore it, and its tags come back with it'
  const message = `${repository} does not hold ${digest}, which the tag showed; ${advice}`
  return { code: 'IMAGE_MISSING', message }
}

/** Checks everything before the first change, so that a restore is all or nothing. */
export async function planRestore(
  options: TrashOptions,
  guard: InUseGuard,
  file: TrashFile,
  request: Restore,
): Promise<Result<RestorePlan, RestoreRefusal>> {
  const { files } = await options.store.readable()
  const trashed = matchTrashedTags(files)
  if (isOfTags(file)) {
    const refusal = await refusalOfTags(options, guard, file, trashed)
    if (refusal !== null) return err(refusal)
  }
  const earlier = request.withoutEarlierTags ? [] : trashed.tagsOf(listedOf(file))
  const { missing, relinkedManifests } = await findNeeds(options, guard, file)
  if (missing.length > 0) {
    return err({
      code: 'CONTENT_MISSING',
      message: `it cannot be restored whole: ${missing.join(', ')} is gone from storage`,
      missing,
    })
  }
  const tags = new Map<TagName, TrashedTag>()
  const conflicts = new Map<TagName, Digest | null>()
  const wanted = [file, ...earlier].flatMap((entry) => renamedTags(entry, request.tags))
  for (const tag of wanted) {
    const taken = tags.get(tag.name) ?? (await options.catalog.tag(file.repository, tag.name))
    if (taken && taken.digest !== tag.digest) conflicts.set(tag.name, taken.digest)
    if (!tags.has(tag.name)) tags.set(tag.name, tag)
  }
  if (conflicts.size > 0 && request.onConflict === 'refuse') {
    return err({
      code: 'TAG_EXISTS',
      message: `now show another image: ${[...conflicts.keys()].join(', ')}`,
      conflicts: Array.from(conflicts, ([name, digest]) => ({ name, digest })),
    })
  }
  const replace = request.onConflict === 'replace'
  const given = [...tags.values()].filter((tag) => replace || !conflicts.has(tag.name))
  const names = new Set(given.map(({ name }) => name))
  const isGiven = (entry: Pick<TrashFile, 'tags'>): boolean =>
    entry.tags.every(({ name }) => {
      const newName = request.tags?.get(name)
      return newName !== null && names.has(newName ?? name)
    })
  return ok({
    tags: given,
    ends: earlier.filter(isGiven).map(({ id }) => id),
    relinkedManifests,
    replace,
    restoredBy: request.restoredBy,
    retentionMs: request.retentionMs,
  })
}
