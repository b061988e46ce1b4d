import { closeSync, fsyncSync, openSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from './file-errors.ts'

/** Some platforms (Windows) and network file systems cannot sync a folder at all. */
export const isUnsyncable = (error: unknown): boolean =>
  ['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'].includes(systemCode(error) ?? '')

/** Makes the entries of a folder durable, in calls that block. Throws where that is impossible. */
export function syncFolderNow(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * A change of a folder's entries survives a loss of power only once the folder itself is synced.
 */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    if (!isUnsyncable(error)) throw error
  } finally {
    await handle.close()
  }
}

export interface DurableFolders {
  /**
   * Makes a folder and those above it. Each becomes durable in its parent, also if another call
   * made it. With `lazily`, the folder itself need not.
   */
  make(folder: string, options?: { readonly lazily?: boolean }): Promise<void>
  /** Resolves once an existing folder, and those above it, are durable in their parents. */
  entered(folder: string): Promise<void>
}

/** @param sync makes the entries of a folder durable */
export function createDurableFolders(sync: (folder: string) => Promise<void>): DurableFolders {
  /** Folders that were just made: they exist, but a loss of power could remove them. */
  const entering = new Map<string, Promise<void>>()

  async function entered(folder: string): Promise<void> {
    const waits: Promise<void>[] = []
    for (let at = folder; entering.size > 0; at = dirname(at)) {
      const wait = entering.get(at)
      if (wait) waits.push(wait)
      if (at === dirname(at)) break
    }
    await Promise.all(waits)
  }

  async function enter(folder: string): Promise<void> {
    const entry = sync(dirname(folder)).finally(() => entering.delete(folder))
    entering.set(folder, entry)
    await entry
  }

  return {
    async make(folder, { lazily = false } = {}) {
      const first = await mkdir(folder, { recursive: true })
      if (first === undefined) return await entered(folder)
      const made: string[] = []
      for (let at = folder; at.length >= first.length; at = dirname(at)) made.push(at)
      await Promise.all([...(lazily ? made.slice(1) : made).map(enter), entered(folder)])
    },
    entered,
  }
}
