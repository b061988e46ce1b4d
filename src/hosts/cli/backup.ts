import { keepPrivate } from '#adapters/sqlite/private-files.ts'
import { backUpState, restoreState } from '#adapters/sqlite/state-backup.ts'
import type { BackupCommand, RestoreCommand } from './command-line.ts'
import { lockState } from '#hosts/server/lock-folder.ts'
import { stateFile } from '#hosts/server/paths.ts'
import { makeFolder } from '#hosts/server/startup-checks.ts'

type Print = (line: string) => void

/** Copies the state as it is at one moment, also while a server runs. */
export async function backup(command: BackupCommand, print: Print): Promise<void> {
  const { sizeBytes } = await backUpState(stateFile(command.dataFolder), command.toFile)
  print(`${command.toFile}: ${sizeBytes} bytes; it holds hashes of passwords, so keep it safe`)
}

/** Restores a copy of the state. Does not touch images or the trash. */
export async function restore(
  command: RestoreCommand,
  print: Print,
  complain: Print,
): Promise<void> {
  const { dataFolder, fromFile } = command
  await makeFolder(dataFolder, '--data', 0o700)
  const lease = await lockState(dataFolder, 'jetsam restore', complain)
  try {
    const { replaced } = await restoreState(stateFile(dataFolder), fromFile)
    print('the state is as it was when it was backed up; everybody has to sign in again')
    for (const said of await keepPrivate(stateFile(dataFolder))) print(said)
    if (replaced !== null) print(`what was there before is kept in ${replaced}`)
  } finally {
    await lease.release()
  }
}
