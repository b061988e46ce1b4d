import type { BatchOutcome } from '#gc/ports/registry-remover.ts'
import type { Storage } from '#storage/storage.ts'

export interface FolderRemovals {
  readonly folders: readonly string[]
  /** The file in each folder that tells its age and size. */
  readonly file: string
  /**
   * A folder whose file was written at this moment or later is in use. Milliseconds since the
   * epoch.
   */
  readonly sinceMs: number
  /** Whether the removals must be durable when the promise is fulfilled. */
  readonly durably: boolean
}

/**
 * Looks at a file once more, then removes its folder, which has nothing else in it: a blob, or a
 * link. Handles many folders, in any order; returns an outcome for each, in their order, with the
 * bytes that it freed. A folder without its file is the rest of an interrupted removal: it is
 * removed, and counts as absent. A failure of one folder is a `StorageError` in its outcome, and
 * says nothing about the others. At least one folder is tried; a remover that takes long may leave
 * the rest.
 */
export type RemoveFolders = (removals: FolderRemovals) => Promise<readonly BatchOutcome[]>

export function createFolderRemover(storage: Storage): RemoveFolders {
  async function remove(
    folder: string,
    { file, sinceMs, durably }: FolderRemovals,
  ): Promise<BatchOutcome> {
    const found = await storage.open(`${folder}/${file}`)
    if (found !== null && found.modifiedAtMs >= sinceMs) return { kind: 'in use' }
    await storage.remove(folder, { lazily: !durably })
    return found === null
      ? { kind: 'absent' }
      : { kind: 'removed', bytes: found.freesBytes ?? found.sizeBytes }
  }

  return (removals) =>
    Promise.all(
      removals.folders.map((folder) =>
        remove(folder, removals).catch((error: unknown) => ({ kind: 'failed', error }) as const),
      ),
    )
}
