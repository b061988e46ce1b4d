import { closeSync, openSync } from 'node:fs'
import { chmod, lstat, readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { isAbsent } from '#adapters/filesystem/file-errors.ts'

/** Only its owner may read a file that holds password hashes. */
export const ownerOnly = 0o600
const ownerOnlyFolder = 0o700
const ofOthers = 0o077

/**
 * SQLite copies the rights of a database to the files that it makes beside it: so SQLite must not
 * make the database.
 */
export function makePrivate(path: string): void {
  closeSync(openSync(path, 'a', ownerOnly))
}

/** Names in a folder of Jetsam's own: in another folder, others may need their rights. */
const isOurs = (name: string, stateName: string): boolean =>
  name.startsWith(stateName) || name.startsWith('lock') || name === 'registry'

async function mend(path: string, mode: number, what: string): Promise<string | null> {
  const info = await lstat(path)
  // Never changes anything through a link, nor what is no state at all.
  if (mode === ownerOnly ? !info.isFile() : !info.isDirectory()) return null
  const before = info.mode & 0o777
  if ((before & ofOthers) === 0) return null
  const rights = `0${before.toString(8)}`
  try {
    await chmod(path, mode)
    return `${what} ${path} was open to other accounts of this machine (${rights}): now it is its owner's alone (0${mode.toString(8)})`
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return `${what} ${path} is open to other accounts of this machine (${rights}), and that cannot be changed (${reason}): make it 0${mode.toString(8)}`
  }
}

/**
 * Removes others' read rights on a state: on its file, the files beside it, copies that Jetsam
 * keeps, and the folder, if nothing else is in it. Windows has no such rights.
 *
 * @param path the state's file
 * @returns what was changed, or should be, in sentences for the log
 */
export async function keepPrivate(path: string): Promise<readonly string[]> {
  if (process.platform === 'win32') return []
  const folder = dirname(path)
  const stateName = basename(path)
  const names = await readdir(folder)
  const said: (string | null)[] = []
  for (const name of names.filter((one) => one.startsWith(stateName))) {
    const mended = await mend(`${folder}/${name}`, ownerOnly, 'the state').catch(
      (error: unknown) => {
        if (isAbsent(error)) return null
        throw error
      },
    )
    said.push(mended)
  }
  if (names.every((name) => isOurs(name, stateName))) {
    said.push(await mend(folder, ownerOnlyFolder, 'the folder of the state'))
  }
  return said.filter((sentence) => sentence !== null)
}
