import { createReadStream, createWriteStream } from 'node:fs'
import { link, mkdtemp, open, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { sql, type Kysely } from 'kysely'
import Libsql from 'libsql'
import { StateError } from '#state/state-error.ts'
import { syncFolder } from '#adapters/filesystem/durable-folders.ts'
import { isAbsent, systemCode } from '#adapters/filesystem/file-errors.ts'
import { migrate } from './migrate.ts'
import type { Database } from '#adapters/sql/schema.ts'
import { openDatabase } from './open-database.ts'
import { ownerOnly } from './private-files.ts'

/** How long to wait for a process that is writing, in milliseconds. */
const busyTimeoutMs = 2000

/** Beside a database in WAL mode; they must not stand beside a database that replaces it. */
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
 * Writes the state, as it is at one moment, to a new file. Others may read and write the state at
 * the same time. Rejects with a `StateError`, and leaves no file then.
 */
export async function backUpState(
  path: string,
  toFile: string,
): Promise<{ readonly sizeBytes: number }> {
  if (!(await exists(path))) {
    throw unavailable(`there is no state in ${path}: say with --data where it is`)
  }
  return await writeNewFile(toFile, `the state in ${path}`, async () => {
    const state = new Libsql(path, { timeout: busyTimeoutMs })
    try {
      // `exec`, because a prepared statement would keep the file open until it is
      // garbage-collected.
      state.exec(`vacuum into '${toFile.replaceAll("'", "''")}'`)
    } finally {
      state.close()
    }
  })
}

/**
 * Writes a state that is elsewhere to a new file, of the form of a backup. Rejects with a
 * `StateError`, and leaves no file then.
 *
 * @param fill gets a database that is empty, of the newest version
 */
export const writeBackup = (
  toFile: string,
  where: string,
  fill: (db: Kysely<Database>) => Promise<void>,
): Promise<{ readonly sizeBytes: number }> =>
  writeNewFile(toFile, `the state in ${where}`, async () => {
    const db = openDatabase(toFile)
    try {
      await migrate(db, toFile)
      await fill(db)
      // A single file, without a log beside it.
      await sql`pragma journal_mode = delete`.execute(db)
    } finally {
      await db.destroy()
    }
  })

async function writeNewFile(
  toFile: string,
  what: string,
  write: () => Promise<void>,
): Promise<{ readonly sizeBytes: number }> {
  try {
    await (await open(toFile, 'wx', ownerOnly)).close()
  } catch (cause) {
    const reason = systemCode(cause) === 'EEXIST' ? 'is there already' : 'cannot be written'
    throw unavailable(`${toFile} ${reason}: choose another file`, cause)
  }
  try {
    await write()
    await syncFile(toFile)
    return { sizeBytes: (await stat(toFile)).size }
  } catch (cause) {
    for (const end of ['', ...companions]) await rm(`${toFile}${end}`, { force: true })
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StateError('FAILED', `${what} cannot be copied: ${reason}`, { cause })
  }
}

/** Turns a copy of a backup into a state that a server can start from. */
async function prepare(file: string, fromFile: string): Promise<void> {
  const db = openDatabase(file, { where: fromFile })
  try {
    const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
    if (!tables.some(({ name }) => name === 'kysely_migration')) {
      throw new StateError('DAMAGED', `${fromFile} is no backup of a state`)
    }
    await migrate(db, fromFile)
    // A session that was ended since, or whose password changed, must not be valid again.
    await db.deleteFrom('sessions').execute()
    await db.deleteFrom('settings').where('name', '=', 'bearer key').execute()
    // What was pulled since is not known.
    await db.deleteFrom('settings').where('name', '=', 'pull recording').execute()
    // Only a single file, without a log beside it, can replace another.
    await sql`pragma journal_mode = delete`.execute(db)
  } finally {
    await db.destroy()
  }
}

/** Copies a backup, and makes a state of the copy that a server can start from. */
async function copyAndPrepare(fromFile: string, copy: string): Promise<void> {
  for (const end of ['', ...companions]) await rm(`${copy}${end}`, { force: true })
  try {
    // Not `copyFile`, which copies the rights of the source too.
    const writing = createWriteStream(copy, { flags: 'wx', mode: ownerOnly })
    await pipeline(createReadStream(fromFile), writing)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw unavailable(
      `${fromFile} cannot be copied to ${copy} (${reason}): check that it is a file that may be read, and that there is room`,
      cause,
    )
  }
  await prepare(copy, fromFile)
}

/**
 * Reads a backup: brings a copy of it up to date, and hands that on. Rejects with a `StateError` if
 * it is none.
 */
export async function readBackup<T>(
  fromFile: string,
  reader: (db: Kysely<Database>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'jetsam-restoring-'))
  try {
    const copy = join(folder, 'state.sqlite')
    await copyAndPrepare(fromFile, copy)
    const db = openDatabase(copy, { where: fromFile })
    try {
      return await reader(db)
    } finally {
      await db.destroy()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Puts a backup in the place of the state, and keeps the previous one beside it. The caller must
 * make sure that no process has the state open. Rejects with a `StateError`, and changes nothing
 * then.
 */
export async function restoreState(
  path: string,
  fromFile: string,
): Promise<{ readonly replaced: string | null }> {
  const restoring = `${path}.restoring`
  try {
    await copyAndPrepare(fromFile, restoring)
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
    // The log of the old database would be written into the one that replaces it.
    for (const end of companions) await rm(`${path}${end}`, { force: true })
    return null
  }
  const replaced = `${path}.replaced`
  for (const end of ['', ...companions]) await rm(`${replaced}${end}`, { force: true })
  // The old state has both names until the copy replaces it: at no moment is there no state.
  await link(path, replaced)
  for (const end of companions) {
    await rename(`${path}${end}`, `${replaced}${end}`).catch((error: unknown) => {
      // SQLite removes its log when the last connection closes, which may happen right now. What was
      // in the log is then in the database, which has both names.
      if (!isAbsent(error)) throw error
    })
  }
  return replaced
}
