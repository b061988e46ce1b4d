import type { LeadershipTerm } from '#coordination/leadership.ts'
import { isFull } from '#adapters/filesystem/file-errors.ts'
import { withReserve, type SpaceReserve } from '#adapters/filesystem/space-reserve.ts'
import type { FileLease } from '#adapters/filesystem/lease/storage-lease.ts'
import { createFileLock, type FileLockOptions } from '#adapters/filesystem/lease/storage-lock.ts'
import { expectNoneOfSeveral } from './several/several-servers.ts'
import { stateLockFile } from './paths.ts'
import { stateReserve } from './reserves.ts'

/** What to do when another process may write: nothing may be written any more. */
export type OnLost = (reason: string) => void

export interface FolderToLock extends Pick<FileLockOptions, 'what' | 'onWait'> {
  readonly onLost: OnLost
  readonly folder: string
  readonly lockFile: string
  /** The setting that selects another folder. */
  readonly setting: string
  /** Released if the disk is too full for the lock. */
  readonly reserve: SpaceReserve
}

/**
 * The message for a disk that is full to the last block: the reserve, if any, was released by then.
 */
export const noRoom = (folder: string): string =>
  `${folder} is on a disk without any room, even for a lock: remove a file of some kilobytes from that disk, or add space, and try again.`

/** Calls `act` once, at once when the term is lost, with a sentence that says to which process. */
export function whenLost({ lost }: Pick<LeadershipTerm, 'lost'>, act: OnLost): void {
  if (lost.aborted) return act(String(lost.reason))
  lost.addEventListener('abort', () => act(String(lost.reason)), { once: true })
}

/** Locks a folder against other servers, and against commands that need it for themselves. */
export async function lockFolder({
  folder,
  lockFile,
  setting,
  reserve,
  onLost,
  ...options
}: FolderToLock): Promise<FileLease> {
  const lock = createFileLock({ path: lockFile, ...options })
  const attempt = await withReserve(reserve, () => lock.acquire()).catch((cause: unknown) => {
    if (isFull(cause)) throw new Error(noRoom(folder), { cause })
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `${folder} cannot be written (${reason}). Check its permissions and how it is mounted, or choose another folder with ${setting}.`,
      { cause },
    )
  })
  if (attempt.ok) {
    whenLost(attempt.term, onLost)
    try {
      // Of a state, there are none.
      await expectNoneOfSeveral(folder)
    } catch (error) {
      await attempt.term.release()
      throw error
    }
    return attempt.term
  }
  throw new Error(
    `${folder} is in use by ${attempt.holder}. Stop that, or choose another folder with ${setting}.`,
  )
}

/** Locks a state against servers while a command changes it. */
export const lockState = (
  dataFolder: string,
  what: string,
  complain: (line: string) => void,
): Promise<FileLease> =>
  lockFolder({
    folder: dataFolder,
    lockFile: stateLockFile(dataFolder),
    setting: '--data',
    reserve: stateReserve(dataFolder),
    what,
    onWait: complain,
    onLost(reason) {
      complain(`stopped at once: ${reason}`)
      process.exit(1)
    },
  })

/** Locks two folders, or none. */
export async function lockBoth(
  ...[one, other]: readonly [FolderToLock, FolderToLock]
): Promise<readonly [FileLease, FileLease]> {
  const [first, second] = await Promise.allSettled([lockFolder(one), lockFolder(other)])
  if (first.status === 'fulfilled' && second.status === 'fulfilled') {
    return [first.value, second.value]
  }
  for (const attempt of [first, second]) {
    if (attempt.status === 'fulfilled') await attempt.value.release()
  }
  const refused = [first, second].find((attempt) => attempt.status === 'rejected')
  throw refused?.reason
}
