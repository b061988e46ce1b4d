import { AgreementError } from '#coordination/agreement-error.ts'
import { err, type Result } from '#domain/values/result.ts'
import type { HeldLock } from '#coordination/repository-lock.ts'
import { deleteRepository } from './delete-repository.ts'
import { finishDeletion } from './move-to-trash.ts'
import { createRestorer } from './restore.ts'
import { createSoftDeleter } from './soft-delete.ts'
import { StoreError } from '#storage/errors.ts'
import type { EntryToFind, Restored, RestoreRefusal, Trash } from './trash.ts'
import { writeTrashCopy } from './trash-copy.ts'
import { isOfTags } from './trash-entry.ts'
import { entryOf, type ListedTrashFile, type TrashFile } from './trash-file.ts'
import type { TrashOptions } from './trash-options.ts'
import { matchTrashedTags } from './trash-tags.ts'
import { mendTrashedManifests } from './trashed-manifest.ts'

const turnOf = (file: ListedTrashFile): number => (file.state === 'deleting' ? 0 : 1)

const isUnfinished = ({ state }: Pick<ListedTrashFile, 'state'>): boolean =>
  state === 'deleting' || state === 'restoring'

/**
 * Whether an operation that could not be finished may be left to the next act in its repository: it
 * lacked room, or another server changes the repository, or what a server sent that is gone may
 * still be done.
 */
const canWait = (error: unknown): boolean =>
  (error instanceof StoreError && error.code === 'FULL') ||
  (error instanceof AgreementError && error.code !== 'CUT_OFF')

/** For work that can wait: a storage that refuses writes must not keep the server from starting. */
async function unlessRefused(act: () => Promise<unknown>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof StoreError) && !canWait(error)) throw error
  }
}

/** The trash as files on storage, in `jetsam/v1/trash`. */
export function createTrash(options: TrashOptions): Trash {
  const { store, runLocked, clock, changes } = options
  const deleter = createSoftDeleter(options)
  const restorer = createRestorer(options, deleter)

  /**
   * Finishes an entry that a failure or a crash left half done. Call it while its repository is
   * locked.
   */
  async function settled(lock: HeldLock, file: TrashFile): Promise<TrashFile | null> {
    if (file.state === 'deleting') return await finishDeletion(options, lock, file)
    if (file.state === 'restoring' && file.restore) {
      await restorer.finish(lock, file, file.restore)
      return null
    }
    return file
  }

  options.pendingOperations.setRecovery({
    async leftIn(repository) {
      const { files } = await store.readable()
      return files
        .filter((file) => file.repository === repository && isUnfinished(file))
        .toSorted((a, b) => turnOf(b) - turnOf(a))
        .map(({ id }) => id)
    },
    async finish(id, lock) {
      const file = await store.read(id)
      if (file === null) {
        // Its copy may be left without it.
        await store.remove(id)
        return true
      }
      return (await settled(lock, file))?.state !== 'deleting'
    },
  })

  /**
   * Rewrites an entry of an earlier version, which has its manifests in its file: each list would
   * read them.
   */
  async function modernize(file: TrashFile): Promise<void> {
    if (file.state !== 'held') return
    if ((await mendTrashedManifests(options, file)).includes(null)) return
    if (!(await writeTrashCopy(options.objects, file))) return
    const manifests = file.manifests.map((manifest) => ({ ...manifest, base64: null }))
    await store.write({ ...file, manifests })
  }

  /** Runs `act` on the entry as it is once its repository is locked. */
  async function withEntry<T>(
    entry: EntryToFind,
    absent: T,
    act: (file: TrashFile, lock: HeldLock) => Promise<T>,
  ): Promise<T> {
    const found = typeof entry === 'string' ? await store.read(entry) : entry
    if (found === null) return absent
    return await runLocked(found.repository, async (lock) => {
      const file = await store.read(found.id)
      // What another repository holds is not locked.
      if (file?.repository !== found.repository) return absent
      const ready = await settled(lock, file)
      return ready ? await act(ready, lock) : absent
    })
  }

  return {
    async list() {
      const { files } = await store.readable()
      const trashed = matchTrashedTags(files)
      return files
        .filter((file) => file.state === 'held' || file.state === 'deleting')
        .filter((file) => !isOfTags(file) || trashed.imageOf(file) === null)
        .map((file) => {
          const own = new Set(file.tags.map(({ name }) => name))
          const earlier = isOfTags(file) ? [] : trashed.tagsOf(file).flatMap(({ tags }) => tags)
          const names = new Set(earlier.map(({ name }) => name).filter((name) => !own.has(name)))
          return entryOf(file, [...names])
        })
        .toSorted((a, b) => b.deletedAtMs - a.deletedAtMs || (a.id < b.id ? -1 : 1))
    },

    async get(id) {
      const file = await store.read(id)
      return file && entryOf(file)
    },

    softDelete: (request) =>
      runLocked(request.repository, (lock) => deleter.softDelete(lock, request), request.isGivenUp),

    softDeleteRepository: (request) =>
      runLocked(request.repository, (lock) => deleteRepository(options, lock, request)),

    restore: (entry, request) =>
      withEntry<Result<Restored, RestoreRefusal>>(
        entry,
        err({
          code: 'NO_SUCH_TRASH_ENTRY',
          message: `the trash has no entry ${typeof entry === 'string' ? entry : entry.id}`,
        }),
        async (file, lock) => {
          await request.beforeChange?.()
          return await restorer.restore(lock, file, request)
        },
      ),

    deleteForever: (entry, beforeChange) =>
      withEntry(entry, false, async (file) => {
        await beforeChange?.()
        const heldUntilMs = Math.min(file.heldUntilMs, clock.nowMs())
        await store.write({ ...file, heldUntilMs, hadRetention: false })
        // Links stay the same, but what a collection may remove changes.
        changes.emit({ repository: file.repository, tags: [], manifests: [] })
        return true
      }),

    async tagIsBack(repository, tag, digest) {
      await runLocked(repository, async () => {
        const { files } = await store.readable()
        for (const file of files) {
          const isIt = file.repository === repository && file.digest === digest && isOfTags(file)
          const [only, ...others] = file.tags
          if (isIt && file.state === 'held' && only?.name === tag && others.length === 0) {
            await store.remove(file.id)
          }
        }
      })
    },

    async recover(how) {
      const { files, broken } = await store.readable()
      const deleted: string[] = []
      const restored: string[] = []
      const inLock = (
        listed: ListedTrashFile,
        act: (lock: HeldLock, file: TrashFile) => Promise<unknown>,
      ) =>
        runLocked(listed.repository, async (lock) => {
          const file = await store.read(listed.id)
          if (file !== null) await act(lock, file)
        })
      // Deletions first: a restore that replaces a tag begins a deletion, and must not begin it
      // twice.
      for (const file of files.toSorted((a, b) => turnOf(a) - turnOf(b))) {
        if (!isUnfinished(file)) continue
        try {
          await inLock(file, settled)
        } catch (error) {
          if (!canWait(error)) throw error
          // Other repositories stay usable: in this one the operation finishes before any other
          // act.
          options.pendingOperations.add(file.repository, file.id)
          continue
        }
        if (file.state === 'deleting') deleted.push(file.id)
        else restored.push(file.id)
      }
      // A copy without an entry may be one that another server is writing.
      if (how !== 'beside others') await unlessRefused(() => store.removeOrphans())
      for (const file of files) {
        if (file.hasBytes) await unlessRefused(() => inLock(file, (_, held) => modernize(held)))
      }
      return { deleted, restored, broken }
    },
  }
}
