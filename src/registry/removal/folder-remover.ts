import type { RemovalOutcome } from '#gc/ports/registry-remover.ts'
import type { Storage } from '#storage/storage.ts'

export interface FolderRemoval {
  readonly folder: string
  /** The file in it that tells how old and how large it is. */
  readonly file: string
  /** Written at this moment or later, it is in use. Milliseconds since the epoch. */
  readonly sinceMs: number
  /** Whether it must be on disk when the promise is kept. */
  readonly durably: boolean
}

/**
 * Looks at a file once more, then removes the folder that it is alone in: a blob, or a link.
 * Resolves with what that gave back. Without its file, the folder is what an earlier removal left when
 * it was interrupted: it goes, and counts as absent. Rejects with `StorageError`.
 */
export type RemoveFolder = (removal: FolderRemoval) => Promise<RemovalOutcome>

export const createFolderRemover =
  (storage: Storage): RemoveFolder =>
  async ({ folder, file, sinceMs, durably }) => {
    const found = await storage.open(`${folder}/${file}`)
    if (found !== null && found.modifiedAtMs >= sinceMs) return { kind: 'in use' }
    await storage.remove(folder, { lazily: !durably })
    return found === null
      ? { kind: 'absent' }
      : { kind: 'removed', bytes: found.freesBytes ?? found.sizeBytes }
  }
