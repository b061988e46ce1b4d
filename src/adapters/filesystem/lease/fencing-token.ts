import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncFolder } from '../durable-folders.ts'
import { isAbsent, systemCode } from '../file-errors.ts'

/*
 * The numbers of terms are names of empty files in a folder beside the lock. To make such a file is
 * one step on every file system, so two processes never make the same one. The largest stays for
 * good, and smaller ones go: a process that paused for a whole term of another may make one of
 * those again, but it is not the newest then.
 */

const folderOf = (lock: string): string => `${lock}.terms`

async function claimedTokens(lock: string): Promise<readonly number[]> {
  try {
    const names = await readdir(folderOf(lock))
    return names.filter((name) => /^\d{1,15}$/.test(name)).map(Number)
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

/** The largest number that any process has claimed; 0 if there is none. */
export const newestToken = async (lock: string): Promise<number> =>
  Math.max(0, ...(await claimedTokens(lock)))

/**
 * Claims the next number, durably. It counts only if it is the newest once the process holds the
 * lock.
 * @param lock the lock's file; its folder must exist
 */
export async function claimToken(lock: string): Promise<number> {
  const folder = folderOf(lock)
  const made = await mkdir(folder, { recursive: true })
  if (made !== undefined) await syncFolder(dirname(folder))
  for (;;) {
    const earlier = await claimedTokens(lock)
    const token = Math.max(0, ...earlier) + 1
    try {
      await (await open(join(folder, String(token)), 'wx')).close()
    } catch (error) {
      if (systemCode(error) === 'EEXIST') continue
      throw error
    }
    await syncFolder(folder)
    for (const old of earlier) await rm(join(folder, String(old)), { force: true })
    return token
  }
}
