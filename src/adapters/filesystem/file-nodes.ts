import type { Dirent } from 'node:fs'
import { lstat, readdir, realpath, rmdir, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { StoredEntry } from './file-tree.ts'
import { isAbsent, systemCode } from './file-errors.ts'
import type { MayWrite } from '#coordination/leadership.ts'

export const kindOf = (entry: Dirent): StoredEntry['kind'] =>
  entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other'

/**
 * True if no part of an absolute path is a symbolic link; null if nothing is there. One call of the
 * platform for the whole path, at any depth.
 */
export async function isPlain(file: string): Promise<boolean | null> {
  try {
    return (await realpath(file)) === file
  } catch (error) {
    if (isAbsent(error)) return null
    if (systemCode(error) === 'ELOOP' || (await leadsOverLink(file))) return false
    throw error
  }
}

/** For a path that could not be resolved: a link on it may lead to where we may not look. */
async function leadsOverLink(file: string): Promise<boolean> {
  for (let at = file; at !== dirname(at); at = dirname(at)) {
    const info = await lstat(at).catch(() => null)
    if (info?.isSymbolicLink()) return true
  }
  return false
}

/**
 * Removes a file, a symbolic link itself, or a folder, as parts of one change that may be made. That
 * another process has removed it is no error.
 */
export async function removeNode(file: string, mayWrite: MayWrite): Promise<void> {
  await mayWrite('part')
  try {
    await unlink(file)
    return
  } catch (error) {
    if (isAbsent(error)) return
    // Linux reports EISDIR for a folder, others EPERM.
    if (!['EISDIR', 'EPERM'].includes(systemCode(error) ?? '')) throw error
  }
  await removeFolder(file, mayWrite)
}

/** Removes a folder that holds only folders. False if it holds anything else, which stays. */
export async function removeEmptyFolder(folder: string, mayWrite: MayWrite): Promise<boolean> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    if (!entries.every((entry) => entry.isDirectory())) return false
    for (const entry of entries) {
      if (!(await removeEmptyFolder(join(folder, entry.name), mayWrite))) return false
    }
    await mayWrite('part')
    await rmdir(folder)
    return true
  } catch (error) {
    // What was put there since the check stays.
    if (['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) return false
    if (systemCode(error) === 'ENOENT') return true
    if (systemCode(error) === 'ENOTDIR') return false
    throw error
  }
}

async function removeFolder(folder: string, mayWrite: MayWrite): Promise<void> {
  let entries: Dirent[]
  try {
    entries = await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (isAbsent(error)) return
    throw error
  }
  for (const entry of entries) {
    const file = join(folder, entry.name)
    await (entry.isDirectory() ? removeFolder(file, mayWrite) : removeNode(file, mayWrite))
  }
  await mayWrite('part')
  try {
    await rmdir(folder)
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}
