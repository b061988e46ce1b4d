import type { Digest } from '#domain/values/digest.ts'
import { ok, err, type Result } from '#domain/values/result.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { blobFile, blobFolder, revisionFolder, revisionLink } from '../layout.ts'
import { findLinkedContent } from '../manifests/linked-content.ts'
import { parseManifestBytes, readManifests } from '../manifests/manifest-reading.ts'
import type { InUseGuard } from '#coordination/blob-leases.ts'
import { leaseOne } from '../removal/lease-one.ts'
import { leadsToBlob, leadsToManifest, requiredEdgesOf } from '#graph/edges.ts'
import type { Restore, RestoreRefusal } from './trash.ts'
import { StoreError } from '#storage/errors.ts'
import { headObject, headObjects } from '#storage/single-object.ts'
import type { Bytes } from '#storage/bytes.ts'
import { findRunning, wouldReplaceRunning } from '../running/refuse-if-running.ts'
import { refuseIfProtected } from '../tags/protected-tags.ts'
import { readTagLinks } from '../tags/tag-links.ts'
import { isOfTags, type TrashedTag } from './trash-entry.ts'
import { listedOf, type ListedTrashFile, type RestorePlan, type TrashFile } from './trash-file.ts'
import type { TrashOptions } from './trash-options.ts'
import { matchTrashedTags, type TrashedTags } from './trash-tags.ts'
import { readTrashedManifests } from './trashed-manifest.ts'

/** Few enough that other requests get their turn. */
const readAtOnce = 16

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

interface Search {
  readonly options: TrashOptions
  readonly guard: InUseGuard
  readonly file: TrashFile
  readonly filed: ReadonlySet<Digest>
  /** What was not on storage when the image was deleted. */
  readonly missingBlobs: ReadonlySet<Digest>
}

/** What the restored manifests list and neither the entry nor the repository has. */
async function findNeeds(
  options: TrashOptions,
  guard: InUseGuard,
  file: TrashFile,
): Promise<Needs> {
  const search: Search = {
    options,
    guard,
    file,
    filed: new Set(file.manifests.map(({ digest }) => digest)),
    missingBlobs: new Set(file.missingBlobs),
  }
  const blobs = new Set<Digest>()
  const relinkedManifests = new Set<Digest>()
  const missing: Digest[] = []

  for (const { digest } of file.manifests) await guard.waitUntilDeleted(blobFolder(digest), digest)
  const contents = await readTrashedManifests(options, file)
  let bytes: readonly Bytes[] = contents.flatMap((found) => (found ? [found.bytes] : []))
  for (const [position, { digest }] of file.manifests.entries()) {
    if (contents[position] === null && !search.missingBlobs.has(digest)) missing.push(digest)
  }
  // Level by level, as indexes list them.
  while (bytes.length > 0) {
    const listed = await listedIn(search, bytes)
    for (const digest of listed.blobs) blobs.add(digest)
    for (const digest of relinkedManifests) listed.manifests.delete(digest)
    const relinking = await findRelinked(search, listed.manifests)
    missing.push(...relinking.missing)
    for (const digest of relinking.found.keys()) relinkedManifests.add(digest)
    bytes = [...relinking.found.values()]
  }
  missing.push(...(await notOnStorage(search, [...blobs])))
  return { missing: [...new Set(missing)], relinkedManifests: [...relinkedManifests] }
}

/** What manifests need: blobs, and manifests that are not in the entry. */
async function listedIn(
  { options, guard, file, filed, missingBlobs }: Search,
  contents: readonly Bytes[],
): Promise<{ readonly blobs: ReadonlySet<Digest>; readonly manifests: Set<Digest> }> {
  const blobs = new Set<Digest>()
  const manifests = new Set<Digest>()
  /** An index may list blobs: these are linked as blobs, or cannot be read as manifests. */
  const unsure = new Set<Digest>()
  for (const bytes of contents) {
    const parsed = parseManifestBytes(bytes)
    if (!parsed.ok) continue
    for (const edge of requiredEdgesOf(parsed.value)) {
      const { digest } = edge.target
      if (missingBlobs.has(digest)) continue
      if (leadsToBlob(edge)) blobs.add(digest)
      else if (filed.has(digest)) continue
      else if (leadsToManifest(edge)) manifests.add(digest)
      else unsure.add(digest)
    }
  }
  if (unsure.size === 0) return { blobs, manifests }
  const requested = { manifests: [], blobs: unsure }
  const linked = await findLinkedContent(options.objects, guard, file.repository, requested)
  const unlinked: Digest[] = []
  await guard.lease(unsure, blobFolder)
  for (const digest of unsure) {
    if (linked.blobs.get(digest)) blobs.add(digest)
    else unlinked.push(digest)
  }
  for (const slice of inSlices(unlinked, readAtOnce)) {
    const readings = await readManifests(options.objects, slice)
    for (const [position, digest] of slice.entries()) {
      if (readings[position]?.kind === 'manifest') manifests.add(digest)
      else blobs.add(digest)
    }
  }
  return { blobs, manifests }
}

/**
 * Those of the manifests that the repository does not link: platforms that went to the trash later,
 * with another image. Their manifests are still on storage.
 */
async function findRelinked(
  { options, guard, file }: Search,
  digests: ReadonlySet<Digest>,
): Promise<{ readonly found: ReadonlyMap<Digest, Bytes>; readonly missing: readonly Digest[] }> {
  const { objects } = options
  const whole = await guard.lease(digests, blobFolder)
  const linked = await linkedManifests(options, guard, file, [...digests])
  const found = new Map<Digest, Bytes>()
  const missing: Digest[] = []
  const unlinked = [...digests].filter((digest) => !linked.has(digest))
  for (const slice of inSlices(unlinked, readAtOnce)) {
    const readings = await readManifests(objects, slice)
    for (const [position, digest] of slice.entries()) {
      const reading = readings[position]
      if (reading?.kind === 'unreadable' && reading.isDenied) {
        throw new StoreError('DENIED', blobFile(digest))
      }
      const hasBytes = reading?.kind === 'manifest' || reading?.kind === 'opaque'
      if (whole.has(digest) && hasBytes) found.set(digest, reading.bytes)
      else missing.push(digest)
    }
  }
  return { found, missing }
}

/** Those of the manifests that the repository links. */
async function linkedManifests(
  { objects }: TrashOptions,
  guard: InUseGuard,
  { repository }: TrashFile,
  digests: readonly Digest[],
): Promise<ReadonlySet<Digest>> {
  const leased = [...(await guard.lease(digests, (digest) => revisionFolder(repository, digest)))]
  const heads = await headObjects(
    objects,
    leased.map((digest) => revisionLink(repository, digest)),
  )
  return new Set(leased.filter((_, position) => heads[position] !== null))
}

/** Those of the blobs that are nowhere, linked or not. */
async function notOnStorage(
  { options, guard, file }: Search,
  digests: readonly Digest[],
): Promise<readonly Digest[]> {
  const { objects } = options
  const requested = { manifests: [], blobs: digests }
  const linked = await findLinkedContent(objects, guard, file.repository, requested)
  const unlinked = digests.filter((digest) => !linked.blobs.get(digest))
  const leased = await guard.lease(unlinked, blobFolder)
  const heads = await headObjects(objects, unlinked.map(blobFile))
  return unlinked.filter((digest, position) => !leased.has(digest) || heads[position] === null)
}

/** Why tags alone cannot be restored: the image that they showed is not in the repository. */
async function refusalOfTags(
  { objects }: TrashOptions,
  guard: InUseGuard,
  file: TrashFile,
  trashed: TrashedTags<ListedTrashFile>,
): Promise<RestoreRefusal | null> {
  const { repository, digest } = file
  const mayBeThere = await leaseOne(guard, revisionFolder(repository, digest), digest)
  if (mayBeThere && (await headObject(objects, revisionLink(repository, digest))) !== null)
    return null
  const isInTrash = trashed.imageOf(listedOf(file)) !== null
  const advice = isInTrash
    ? 'it is in the trash: restore it, and its tags come back with it'
    : trashed.isInRepository(listedOf(file))
      ? 'it went to the trash with the repository: restore that first'
      : 'it was collected, or removed by other software: push it again to tag it'
  const message = `${repository} does not hold ${digest}, which the tag showed; ${advice}`
  return { code: 'IMAGE_MISSING', message }
}

/**
 * The tags of an entry with the times of their pushes. An entry of an earlier version lacks them:
 * then as the caller knows them, or else when the image was first stored.
 */
async function withPushTimes(
  { objects }: TrashOptions,
  { repository, tags, deletedAtMs }: Pick<TrashFile, 'repository' | 'tags' | 'deletedAtMs'>,
  { pushTimes }: Pick<Restore, 'pushTimes'>,
): Promise<Pick<TrashFile, 'tags'>> {
  const undated = tags.filter(({ pushedAtMs }) => pushedAtMs === undefined)
  if (undated.length === 0) return { tags }
  const known = (await pushTimes?.(repository, undated)) ?? new Map<TagName, number>()
  const heads = await headObjects(
    objects,
    undated.map(({ digest }) => blobFile(digest)),
  )
  const storedAtMs = new Map(
    undated.map(({ name }, position) => [name, heads[position]?.modifiedAtMs ?? deletedAtMs]),
  )
  return {
    tags: tags.map((tag) => {
      const pushedAtMs = tag.pushedAtMs ?? known.get(tag.name) ?? storedAtMs.get(tag.name)
      return { ...tag, pushedAtMs: Math.min(pushedAtMs ?? deletedAtMs, deletedAtMs) }
    }),
  }
}

/** Checks everything before the first change, so that a restore is all or nothing. */
export async function planRestore(
  options: TrashOptions,
  guard: InUseGuard,
  file: TrashFile,
  request: Restore,
): Promise<Result<RestorePlan, RestoreRefusal>> {
  const { files } = await options.store.readable(file)
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
  const entries = [file, ...earlier]
  const dated = await Promise.all(entries.map((entry) => withPushTimes(options, entry, request)))
  const wanted = dated.flatMap((entry) => renamedTags(entry, request.tags))
  const names = [...new Set(wanted.map(({ name }) => name))]
  const links = await readTagLinks(options.objects, file.repository, names)
  const now = new Map(names.map((name, position) => [name, links[position] ?? null]))
  for (const tag of wanted) {
    const taken = tags.get(tag.name) ?? now.get(tag.name)
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
  const moved = replace ? [...conflicts.keys()].filter((name) => now.get(name)?.digest) : []
  const isHeld = await refuseIfProtected(options.findProtection, file.repository, moved)
  if (isHeld !== null) return err(isHeld)
  const shown = moved.flatMap((name) => now.get(name)?.digest ?? [])
  const graph = () => options.graphs.graph(file.repository)
  const running = await findRunning(options.findReported, file.repository, graph, shown)
  if (running.length > 0) return err(wouldReplaceRunning(moved, running))
  const given = [...tags.values()].filter((tag) => replace || !conflicts.has(tag.name))
  const givenNames = new Set(given.map(({ name }) => name))
  const isGiven = (entry: Pick<TrashFile, 'tags'>): boolean =>
    entry.tags.every(({ name }) => {
      const newName = request.tags?.get(name)
      return newName !== null && givenNames.has(newName ?? name)
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
