import { existsSync } from 'node:fs'
import { migrate as bringUpToDate } from '#adapters/sqlite/migrate.ts'
import { openDatabase } from '#adapters/sqlite/open-database.ts'
import { lockState } from '#hosts/server/lock-folder.ts'
import { stateFile } from '#hosts/server/paths.ts'
import type { MigrateCommand } from './command-line.ts'
import { openPostgres } from './open-postgres.ts'

type Print = (line: string) => void

/** Copies the whole state of a file into an empty database, or nothing of it. */
export async function migrate(
  { dataFolder, databaseURL }: MigrateCommand,
  print: Print,
  complain: Print,
): Promise<void> {
  const path = stateFile(dataFolder)
  if (!existsSync(path)) {
    throw new Error(`there is no state in ${path}: say with --data where it is`)
  }
  const { copyIntoPostgres, openHeld, whereOf } = await openPostgres()
  const lease = await lockState(dataFolder, 'jetsam migrate', complain)
  try {
    const { state } = await openHeld(databaseURL, 'jetsam migrate', complain)
    try {
      const from = openDatabase(path, { mayWrite: lease.mayWrite })
      try {
        await bringUpToDate(from, path)
        const { accounts, jobs, events } = await copyIntoPostgres(from, databaseURL)
        print(
          `moved into the database at ${whereOf(databaseURL)}: ${accounts} accounts with all that they may, ${jobs} jobs, ${events} entries of the activity, the settings and the sessions`,
        )
      } finally {
        await from.destroy()
      }
    } finally {
      await state.close()
    }
  } finally {
    await lease.release()
  }
  print(
    `start the server with the same JETSAM_DATABASE; ${path} is as it was, and nothing reads it then`,
  )
}
