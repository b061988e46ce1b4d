import type { FileLease } from '#adapters/node/storage-lease.ts'
import { createFileLock, type FileLockOptions } from '#adapters/node/storage-lock.ts'

export interface FolderToHold extends Pick<FileLockOptions, 'what' | 'onLost' | 'onWait'> {
  readonly folder: string
  readonly lockFile: string
  /** The setting by which another folder can be chosen. */
  readonly setting: string
}

/** Keeps other servers, and commands that need a folder for themselves, out of it. */
export async function holdFolder({
  folder,
  lockFile,
  setting,
  ...options
}: FolderToHold): Promise<FileLease> {
  const lock = createFileLock({ path: lockFile, ...options })
  const attempt = await lock.acquire().catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `${folder} cannot be written (${reason}). Check its permissions and how it is mounted, or choose another folder with ${setting}.`,
      { cause },
    )
  })
  if (attempt.ok) return attempt.lease
  throw new Error(
    `${folder} is in use by ${attempt.holder}. Stop that, or choose another folder with ${setting}.`,
  )
}

/** Holds two folders, or none. */
export async function holdBoth(
  ...[one, other]: readonly [FolderToHold, FolderToHold]
): Promise<readonly [FileLease, FileLease]> {
  const [first, second] = await Promise.allSettled([holdFolder(one), holdFolder(other)])
  if (first.status === 'fulfilled' && second.status === 'fulfilled') {
    return [first.value, second.value]
  }
  for (const attempt of [first, second]) {
    if (attempt.status === 'fulfilled') await attempt.value.release()
  }
  const refused = [first, second].find((attempt) => attempt.status === 'rejected')
  throw refused?.reason
}
