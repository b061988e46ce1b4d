import { createFileLock } from '#adapters/node/storage-lock.ts'
import type { StorageLease } from '#state/storage-lock.ts'
import { nodePlatform } from './node-platform.ts'

export interface FolderToHold {
  readonly folder: string
  readonly lockFile: string
  /** The setting by which another folder can be chosen. */
  readonly setting: string
}

/** Keeps other servers, and commands that need a folder for themselves, out of it. */
export async function holdFolder(
  { folder, lockFile, setting }: FolderToHold,
  what: string,
): Promise<StorageLease> {
  const { createId, clock } = nodePlatform
  const lock = createFileLock({ path: lockFile, what, createId, nowMs: clock.nowMs })
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
