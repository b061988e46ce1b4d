import type { BatchOutcome } from '#gc/ports/registry-remover.ts'
import type { Storage } from '#storage/storage.ts'

export interface FolderRemovals {
  readonly folders: readonly string[]
  /** The file in each that tells how old and how large it is. */
  readonly file: string
  /** Written at this moment or later, it is in use. Milliseconds since the epoch. */
  readonly sinceMs: number
  /** Whether they must be on disk when the promise is kept. */
  readonly durably: boolean
}

/**
 * Looks at a file once more, then removes the folder that it is alone in: a blob, or a link. The same
 * for many, in any order; as many outcomes as folders, and in their order, with what each gave back.
 * Without its file, a folder is what an earlier removal left when it was interrupted: it goes, and
 * counts as absent. One fails with `StorageError`, and says nothing of the others. At least one is
 * tried; a remover that takes long may leave the rest.
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
