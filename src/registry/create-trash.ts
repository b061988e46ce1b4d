import { refused, type Parsed } from '#domain/parsed.ts'
import { createRestorer } from './restore.ts'
import { createSoftDeleter } from './soft-delete.ts'
import { StorageError } from './storage.ts'
import type { Restored, RestoreRefusal, Trash } from './trash.ts'
import { entryOf, type TrashFile } from './trash-file.ts'
import type { TrashOptions } from './trash-options.ts'

const turnOf = (file: TrashFile): number => (file.state === 'deleting' ? 0 : 1)

/** The trash as files on storage: `jetsam/v1/trash`. */
export function createTrash(options: TrashOptions): Trash {
  const { store, runLocked, clock, changes } = options
  const deleter = createSoftDeleter(options)
  const restorer = createRestorer(options, deleter)

  /** Finishes an entry that a failure or a crash left half done. Its repository must be locked. */
  async function settled(file: TrashFile): Promise<TrashFile | null> {
    if (file.state === 'deleting') return await deleter.finish(file)
    if (file.state === 'restoring' && file.restore) {
      await restorer.finish(file, file.restore)
      return null
    }
    return file
  }

  options.unfinished.finishBy(async (id) => {
    const file = await store.read(id)
    const ready = file && (await settled(file))
    return ready?.state !== 'deleting'
  })

  /** Runs `act` on the entry as it is once its repository is ours. */
  async function withEntry<T>(
    id: string,
    absent: T,
    act: (file: TrashFile) => Promise<T>,
  ): Promise<T> {
    const found = await store.read(id)
    if (found === null) return absent
    return await runLocked(found.repository, async () => {
      const file = await store.read(id)
      const ready = file && (await settled(file))
      return ready ? await act(ready) : absent
    })
  }

  return {
    async list() {
      const { files } = await store.readable()
      return files
        .filter((file) => file.state === 'held' || file.state === 'deleting')
        .map(entryOf)
        .toSorted((a, b) => b.deletedAtMs - a.deletedAtMs || (a.id < b.id ? -1 : 1))
    },

    async get(id) {
      const file = await store.read(id)
      return file && entryOf(file)
    },

    softDelete: (request) =>
      runLocked(request.repository, async () => {
        await request.beforeChange?.()
        return await deleter.softDelete(request)
      }),

    restore: (id, request) =>
      withEntry<Parsed<Restored, RestoreRefusal>>(
        id,
        refused({ code: 'NO_SUCH_TRASH_ENTRY', message: `the trash has no entry ${id}` }),
        async (file) => {
          await request.beforeChange?.()
          return await restorer.restore(file, request)
        },
      ),

    deleteForever: (id, beforeChange) =>
      withEntry(id, false, async (file) => {
        await beforeChange?.()
        const heldUntilMs = Math.min(file.heldUntilMs, clock.nowMs())
        await store.write({ ...file, heldUntilMs, hadRetention: false })
        // No link changes, but what a collection may take does.
        changes.emit({ repository: file.repository, tags: [], manifests: [] })
        return true
      }),

    async recover() {
      const { files, broken } = await store.readable()
      const deleted: string[] = []
      const restored: string[] = []
      // Deletions first: a restore that replaces a tag begins one, and must not begin it twice.
      for (const file of files.toSorted((a, b) => turnOf(a) - turnOf(b))) {
        if (file.state !== 'deleting' && file.state !== 'restoring') continue
        try {
          await runLocked(file.repository, () => settled(file))
        } catch (error) {
          if (!(error instanceof StorageError && error.code === 'FULL')) throw error
          // Other repositories can be used: here it is finished before anything else.
          options.unfinished.begin(file.repository, file.id)
          continue
        }
        if (file.state === 'deleting') deleted.push(file.id)
        else restored.push(file.id)
      }
      return { deleted, restored, broken }
    },
  }
}
