import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from './file-errors.ts'

/** A change of a folder's entries survives a loss of power only once the folder itself is synced. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Some platforms (Windows) and network file systems cannot sync a folder at all.
    if (!['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'].includes(systemCode(error) ?? '')) throw error
  } finally {
    await handle.close()
  }
}

/** Makes a folder and those above it; each new one is entered in its parent durably, by `sync`. */
export async function makeFolder(
  folder: string,
  sync: (parent: string) => Promise<void>,
): Promise<void> {
  const first = await mkdir(folder, { recursive: true })
  if (first === undefined) return
  for (let made = folder; ; made = dirname(made)) {
    await sync(dirname(made))
    if (made === first || made === dirname(made)) return
  }
}
