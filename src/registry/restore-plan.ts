import type { Digest } from '#domain/digest.ts'
import type { Descriptor, Manifest } from '#domain/manifest.ts'
import { accepted, refused, type Parsed } from '#domain/parsed.ts'
import type { TagName } from '#domain/tag-name.ts'
import { openLinkedBlob } from './blob-store.ts'
import { mapInBatches } from './in-batches.ts'
import { blobFile, blobFolder, revisionFolder, revisionLink } from './layout.ts'
import { parseManifestBytes, readManifest } from './manifest-reading.ts'
import type { Reliance } from './removals.ts'
import { isSurelyBlob, isSurelyManifest, storedReferencesOf } from './stored-references.ts'
import type { Restore, RestoreRefusal } from './trash.ts'
import type { TrashedTag } from './trash-entry.ts'
import type { RestorePlan, TrashFile } from './trash-file.ts'
import type { TrashOptions } from './trash-options.ts'

/** The tags of an entry by their new names, without those that the person dropped. */
const renamedTags = (file: TrashFile, names: Restore['tags']): TrashedTag[] =>
  file.tags.flatMap((tag) => {
    const name = names?.get(tag.name)
    return name === null ? [] : [{ ...tag, name: name ?? tag.name }]
  })

interface Needs {
  /** Gone from storage: without it the image would have a hole that it did not have. */
  readonly missing: readonly Digest[]
  readonly borrowed: readonly Digest[]
}

/** What the restored manifests list that neither the entry nor the repository has linked. */
async function findNeeds(
  { storage }: TrashOptions,
  rely: Reliance,
  file: TrashFile,
): Promise<Needs> {
  const { repository } = file
  const holes = new Set(file.holes)
  const filed = new Set(file.manifests.map((manifest) => manifest.digest))
  const borrowed = new Set<Digest>()
  const missing: Digest[] = []

  async function isOnStorage(digest: Digest): Promise<boolean> {
    if ((await openLinkedBlob(storage, rely, repository, digest)) !== null) return true
    if (!rely.on(blobFolder(digest), digest)) return false
    return (await storage.open(blobFile(digest))) !== null
  }

  /** A platform that another image of the trash took along later: its manifest is still there. */
  async function borrow(digest: Digest): Promise<void> {
    if (filed.has(digest) || borrowed.has(digest)) return
    const isWhole = rely.on(blobFolder(digest), digest)
    if (rely.on(revisionFolder(repository, digest), digest)) {
      if ((await storage.open(revisionLink(repository, digest))) !== null) return
    }
    const reading = await readManifest(storage, digest)
    const hasBytes = reading.kind === 'manifest' || reading.kind === 'opaque'
    if (!isWhole || !hasBytes) missing.push(digest)
    else {
      borrowed.add(digest)
      await follow(reading.bytes)
    }
  }

  async function follow(bytes: TrashFile['manifests'][number]['bytes']): Promise<void> {
    const parsed = parseManifestBytes(bytes)
    if (!parsed.ok) return
    const manifest = parsed.value
    const needed = storedReferencesOf(manifest).filter(({ digest }) => !holes.has(digest))
    const blobs: Digest[] = []
    for (const reference of needed) {
      if (await isBlob(manifest, reference)) blobs.push(reference.digest)
      else await borrow(reference.digest)
    }
    const gone = await mapInBatches(blobs, async (digest) =>
      (await isOnStorage(digest)) ? [] : [digest],
    )
    missing.push(...gone.flat())
  }

  /** An index may list blobs: what is linked as one, or cannot be read as a manifest. */
  async function isBlob(manifest: Manifest, reference: Descriptor): Promise<boolean> {
    const { digest } = reference
    if (isSurelyBlob(manifest)) return true
    if (isSurelyManifest(manifest, reference) || filed.has(digest)) return false
    if ((await openLinkedBlob(storage, rely, repository, digest)) !== null) return true
    rely.on(blobFolder(digest), digest)
    return (await readManifest(storage, digest)).kind !== 'manifest'
  }

  for (const manifest of file.manifests) await follow(manifest.bytes)
  return { missing: [...new Set(missing)], borrowed: [...borrowed] }
}

/** Checks everything before the first change, so that a restore is all or nothing. */
export async function planRestore(
  options: TrashOptions,
  rely: Reliance,
  file: TrashFile,
  request: Restore,
): Promise<Parsed<RestorePlan, RestoreRefusal>> {
  const { missing, borrowed } = await findNeeds(options, rely, file)
  if (missing.length > 0) {
    return refused({
      code: 'CONTENT_MISSING',
      message: `it cannot be restored whole: ${missing.join(', ')} is gone from storage`,
      missing,
    })
  }
  const tags = new Map<TagName, TrashedTag>()
  const conflicts = new Map<TagName, Digest | null>()
  for (const tag of renamedTags(file, request.tags)) {
    const taken = tags.get(tag.name) ?? (await options.catalog.tag(file.repository, tag.name))
    if (taken && taken.digest !== tag.digest) conflicts.set(tag.name, taken.digest)
    if (!tags.has(tag.name)) tags.set(tag.name, tag)
  }
  if (conflicts.size > 0 && request.onConflict === 'refuse') {
    return refused({
      code: 'TAG_EXISTS',
      message: `now show another image: ${[...conflicts.keys()].join(', ')}`,
      conflicts: Array.from(conflicts, ([name, digest]) => ({ name, digest })),
    })
  }
  const replace = request.onConflict === 'replace'
  return accepted({
    tags: [...tags.values()].filter((tag) => replace || !conflicts.has(tag.name)),
    borrowed,
    replace,
    restoredBy: request.restoredBy,
    retentionMs: request.retentionMs,
  })
}
