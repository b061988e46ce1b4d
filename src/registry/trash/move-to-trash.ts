import type { HeldLock } from '#coordination/repository-lock.ts'
import { unlink } from '../manifests/unlink.ts'
import type { ReadUnit } from './read-unit.ts'
import { StoreError } from '#storage/errors.ts'
import { tagsStillAt } from '../tags/tag-links.ts'
import type { SoftDelete } from './trash.ts'
import { writeTrashCopy } from './trash-copy.ts'
import type { TrashEntry } from './trash-entry.ts'
import { entryOf, type TrashFile } from './trash-file.ts'
import type { TrashOptions } from './trash-options.ts'

/** The entry, as it is written before anything is removed. */
export function entryFor(
  { clock, createId }: Pick<TrashOptions, 'clock' | 'createId'>,
  {
    repository,
    reference,
    deletedBy,
    byRule,
    retentionMs,
    entryID,
  }: Pick<
    SoftDelete,
    'repository' | 'reference' | 'deletedBy' | 'byRule' | 'retentionMs' | 'entryID'
  >,
  what: Pick<TrashFile, 'digest' | 'manifests' | 'missingBlobs' | 'tags' | 'isOfRepository'>,
): TrashFile {
  const deletedAtMs = clock.nowMs()
  return {
    id: entryID ?? createId(),
    repository,
    reference,
    ...what,
    deletedAtMs,
    deletedBy,
    ...(byRule && { byRule }),
    heldUntilMs: deletedAtMs + retentionMs,
    hadRetention: retentionMs > 0,
    state: 'deleting',
    restore: null,
  }
}

const entered = ({ tags, manifests }: TrashFile): readonly string[] => [
  ...tags.map(({ name }) => name),
  ...manifests.map(({ digest }) => digest),
]

/**
 * Writes the entry, then removes the links that it names. Call it while the repository is locked.
 *
 * @param bytes of its manifests, as far as they were read
 */
export async function moveToTrash(
  options: TrashOptions,
  lock: HeldLock,
  file: TrashFile,
  bytes?: ReadUnit['bytes'],
): Promise<TrashEntry> {
  // What is noted will be done: an earlier change that has no answer must not hold it up.
  await lock.expectSettled(entered(file))
  // Added before the write: a write that fails may be on storage all the same.
  options.pendingOperations.add(file.repository, file.id)
  const [written] = await Promise.allSettled([
    options.store.write(file),
    writeTrashCopy(options.objects, file, bytes),
  ])
  if (written.status === 'rejected') throw written.reason
  return entryOf(await finishDeletion(options, lock, file, true))
}

/**
 * Runs the steps that follow once the entry is written; each can be repeated. Call it while the
 * repository is locked.
 */
export async function finishDeletion(
  options: TrashOptions,
  lock: HeldLock,
  file: TrashFile,
  isFirst = false,
): Promise<TrashFile> {
  const { objects, leases, changes } = options
  const { repository } = file
  // Looked at again now that the entry is written: another writer may have moved a tag.
  const tags = await tagsStillAt(objects, repository, file.tags)
  await unlink(objects, lock, repository, { tags, manifests: file.manifests })
  const held: TrashFile = { ...file, tags: isFirst ? tags : file.tags, state: 'held' }
  const isNoted = await noted(options, held)
  await leases.releasePush(
    repository,
    file.manifests.map(({ digest }) => digest),
  )
  if (isNoted) options.pendingOperations.remove(repository, file.id)
  else options.pendingOperations.add(repository, file.id)
  changes.emit({
    repository,
    tags: tags.map((tag) => tag.name),
    manifests: file.manifests.map((manifest) => manifest.digest),
    areUnlinked: true,
  })
  const moved = file.tags.filter((tag) => !tags.includes(tag))
  if (moved.length > 0) {
    changes.emit({ repository, tags: moved.map((tag) => tag.name), manifests: [] })
  }
  return isNoted ? held : file
}

/**
 * Records that the deletion has ended. On a full disk this may come later, because the image is
 * gone already.
 */
async function noted({ store }: Pick<TrashOptions, 'store'>, held: TrashFile): Promise<boolean> {
  try {
    await store.write(held)
    return true
  } catch (error) {
    if (error instanceof StoreError && error.code === 'FULL') return false
    throw error
  }
}
