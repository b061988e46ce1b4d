import { join } from 'node:path'
import { keepPrivate } from '#adapters/sqlite/private-files.ts'
import {
  backUpState,
  readBackup,
  restoreState,
  writeBackup,
} from '#adapters/sqlite/state-backup.ts'
import type { BackupCommand, RestoreCommand, StatePlace } from './command-line.ts'
import { openPostgres } from './open-postgres.ts'
import { lockState } from '#hosts/server/lock-folder.ts'
import { stateFile } from '#hosts/server/paths.ts'
import { makeFolder } from '#hosts/server/startup-checks.ts'

type Print = (line: string) => void

/** Copies the state as it is at one moment, also while a server runs. */
export async function backup(command: BackupCommand, print: Print): Promise<void> {
  const { toFile } = command
  const { sizeBytes } = await copyState(command, toFile)
  print(`${toFile}: ${sizeBytes} bytes; it holds hashes of passwords, so keep it safe`)
}

/** Copies the state to a new file, from wherever it is. */
export const copyState = (
  { databaseURL, dataFolder }: StatePlace,
  toFile: string,
): Promise<{ readonly sizeBytes: number }> =>
  databaseURL === null
    ? backUpState(stateFile(dataFolder), toFile)
    : backUpDatabase(databaseURL, toFile)

async function backUpDatabase(url: string, toFile: string) {
  const { copyOutOfPostgres, whereOf } = await openPostgres()
  const where = `the database at ${whereOf(url)}`
  return await writeBackup(toFile, where, async (db) => {
    if ((await copyOutOfPostgres(url, db)) === null)
      throw new Error(`there is no state in ${where}`)
  })
}

/** Restores a copy of the state. Does not touch images or the trash. */
export async function restore(
  command: RestoreCommand,
  print: Print,
  complain: Print,
): Promise<void> {
  const { replaced, said } = await (command.databaseURL === null
    ? restoreFile(command, complain)
    : restoreDatabase({ ...command, databaseURL: command.databaseURL }, complain))
  print('the state is as it was when it was backed up; everybody has to sign in again')
  for (const line of said) print(line)
  if (replaced !== null) print(`what was there before is kept in ${replaced}`)
}

interface Restored {
  /** Where the state is that was there before; null: there was none. */
  readonly replaced: string | null
  readonly said: readonly string[]
}

async function restoreFile(
  { dataFolder, fromFile }: RestoreCommand,
  complain: Print,
): Promise<Restored> {
  await makeFolder(dataFolder, '--data', 0o700)
  const lease = await lockState(dataFolder, 'jetsam restore', complain)
  try {
    const { replaced } = await restoreState(stateFile(dataFolder), fromFile)
    return { replaced, said: await keepPrivate(stateFile(dataFolder)) }
  } finally {
    await lease.release()
  }
}

async function restoreDatabase(
  { dataFolder, databaseURL, fromFile }: RestoreCommand & { readonly databaseURL: string },
  complain: Print,
): Promise<Restored> {
  const { copyIntoPostgres, copyOutOfPostgres, openHeld, whereOf } = await openPostgres()
  const { state } = await openHeld(databaseURL, 'jetsam restore', complain)
  try {
    // Before anything is read of it: it may be no backup.
    return await readBackup(fromFile, async (from) => {
      let replaced: string | null = null
      if ((await state.accounts.list()).length > 0) {
        await makeFolder(dataFolder, 'JETSAM_DATA', 0o700)
        replaced = join(dataFolder, `database.replaced-${Date.now()}.sqlite`)
        await writeBackup(replaced, whereOf(databaseURL), async (db) => {
          await copyOutOfPostgres(databaseURL, db)
        })
      }
      await copyIntoPostgres(from, databaseURL, true)
      return { replaced, said: [] }
    })
  } finally {
    await state.close()
  }
}
