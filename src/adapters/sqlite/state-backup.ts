import { createReadStream, createWriteStream } from 'node:fs'
import { link, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { sql } from 'kysely'
import Libsql from 'libsql'
import { StateError } from '#state/state-error.ts'
import { syncFolder } from '#adapters/filesystem/durable-folders.ts'
import { isAbsent, systemCode } from '#adapters/filesystem/file-errors.ts'
import { migrate } from './migrate.ts'
import { openDatabase } from './open-database.ts'
import { ownerOnly } from './private-files.ts'

/** How long to wait for a process that is just writing. */
const busyTimeoutMs = 2000

/** Beside a database in WAL mode; a database that is put in its place must not meet them. */
const companions = ['-wal', '-shm'] as const

const unavailable = (message: string, cause?: unknown): StateError =>
  new StateError('UNAVAILABLE', message, { cause })

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: unknown) => {
      if (isAbsent(error)) return false
      throw error
    },
  )

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
  await syncFolder(dirname(path))
}

/**
 * Writes the state, as it is at one moment, to a file that must not be there yet. Others may read and
 * write it meanwhile. Rejects with a `StateError`, and leaves no file then.
 */
export async function backUpState(
  path: string,
  toFile: string,
): Promise<{ readonly sizeBytes: number }> {
  if (!(await exists(path))) {
    throw unavailable(`there is no state in ${path}: say with --data where it is`)
  }
  try {
    await (await open(toFile, 'wx', ownerOnly)).close()
  } catch (cause) {
    const reason = systemCode(cause) === 'EEXIST' ? 'is there already' : 'cannot be written'
    throw unavailable(`${toFile} ${reason}: choose another file`, cause)
  }
  try {
    const state = new Libsql(path, { timeout: busyTimeoutMs })
    try {
      // `exec`, for a prepared statement would keep the file open until its garbage is collected.
      state.exec(`vacuum into '${toFile.replaceAll("'", "''")}'`)
    } finally {
      state.close()
    }
    await syncFile(toFile)
    return { sizeBytes: (await stat(toFile)).size }
  } catch (cause) {
    await rm(toFile, { force: true })
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StateError('FAILED', `the state in ${path} cannot be copied: ${reason}`, { cause })
  }
}

/** Makes a copy of a backup into a state that can be started from. */
async function prepare(file: string, fromFile: string): Promise<void> {
  const db = openDatabase(file, { where: fromFile })
  try {
    const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
    if (!tables.some(({ name }) => name === 'kysely_migration')) {
      throw new StateError('DAMAGED', `${fromFile} is no backup of a state`)
    }
    await migrate(db, fromFile)
    // Who has signed out, or changed a password, since then must not be signed in again.
    await db.deleteFrom('sessions').execute()
    await db.deleteFrom('settings').where('name', '=', 'bearer key').execute()
    // One file, without a log beside it, is what can be put in another's place.
    await sql`pragma journal_mode = delete`.execute(db)
  } finally {
    await db.destroy()
  }
}

/**
 * Puts a backup in the place of the state, and keeps what was there beside it. Nobody may have the
 * state open, which is for the caller to see to. Rejects with a `StateError`, and changes nothing then.
 */
export async function restoreState(
  path: string,
  fromFile: string,
): Promise<{ readonly replaced: string | null }> {
  const restoring = `${path}.restoring`
  try {
    for (const end of ['', ...companions]) await rm(`${restoring}${end}`, { force: true })
    try {
      // Not `copyFile`, which gives the copy the rights of what is copied.
      const copy = createWriteStream(restoring, { flags: 'wx', mode: ownerOnly })
      await pipeline(createReadStream(fromFile), copy)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw unavailable(
        `${fromFile} cannot be copied to ${restoring} (${reason}): check that it is a file that may be read, and that there is room`,
        cause,
      )
    }
    await prepare(restoring, fromFile)
    await syncFile(restoring)
    const replaced = await keepBeside(path)
    await rename(restoring, path)
    await syncFolder(dirname(path))
    return { replaced }
  } finally {
    for (const end of ['', ...companions]) await rm(`${restoring}${end}`, { force: true })
  }
}

async function keepBeside(path: string): Promise<string | null> {
  if (!(await exists(path))) {
    // The log of a database that is gone would be written into the one that takes its place.
    for (const end of companions) await rm(`${path}${end}`, { force: true })
    return null
  }
  const replaced = `${path}.replaced`
  for (const end of ['', ...companions]) await rm(`${replaced}${end}`, { force: true })
  // Under both names until the copy takes its place: at no moment is there no state.
  await link(path, replaced)
  for (const end of companions) {
    if (await exists(`${path}${end}`)) await rename(`${path}${end}`, `${replaced}${end}`)
  }
  return replaced
}
