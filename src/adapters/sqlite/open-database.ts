import Libsql from 'libsql'
import { Kysely, SqliteDialect } from 'kysely'
import { StateError } from '#state/state-error.ts'
import type { MayWrite } from '#coordination/leadership.ts'
import { createSyncingDialect } from './syncing-dialect.ts'
import { makePrivate } from './private-files.ts'
import type { Database } from '#adapters/sql/schema.ts'
import { createStateFile } from './state-file.ts'
import { isStateFull, stateFull } from './on-full-disk.ts'
import { createWriteAheadLog } from './write-ahead-log.ts'

/** How long a statement waits for another process (a backup, say) that has locked the file. */
const busyTimeoutMs = 5000

const inMemory = ':memory:'

export interface OpenDatabaseOptions {
  /** Its name in an error. Default: its path. */
  readonly where?: string
  /** Called, and awaited, before each change. */
  readonly mayWrite?: MayWrite | undefined
  /**
   * Called once, with a sentence, when the file was moved or removed: nothing can be stored any
   * more.
   */
  readonly onGone?: ((reason: string) => void) | undefined
}

/**
 * Opens a SQLite file, creating it if there is none (its folder must exist). Rejects with a
 * `StateError` whose message says what to do.
 *
 * @param path the file, or `:memory:`
 */
export function openDatabase(
  path: string,
  { where = path, mayWrite = () => undefined, onGone }: OpenDatabaseOptions = {},
): Kysely<Database> {
  let file: Libsql.Database
  try {
    if (path !== inMemory) makePrivate(path)
    file = new Libsql(path, { timeout: busyTimeoutMs })
  } catch (cause) {
    throw new StateError(
      'UNAVAILABLE',
      `the state in ${where} cannot be opened: check that its folder exists and can be written to`,
      { cause },
    )
  }
  try {
    file.pragma('journal_mode = WAL')
    // Keeps the file whole in every case. The code below makes commits survive a power loss: with
    // FULL, every request would wait while one commit waits for the disk.
    file.pragma('synchronous = NORMAL')
    file.pragma('foreign_keys = ON')
    const [check] = file.pragma('quick_check(1)') as { quick_check: string }[]
    if (check?.quick_check !== 'ok') throw new Error(check?.quick_check ?? 'no answer')
  } catch (cause) {
    file.close()
    throw asStateError(where, cause)
  }
  if (path === inMemory) {
    return new Kysely<Database>({ dialect: new SqliteDialect({ database: file }) })
  }
  const stateFile = createStateFile(file, path, onGone)
  const beforeChange: MayWrite = () => {
    stateFile.expectThere()
    return mayWrite()
  }
  const dialect = createSyncingDialect(file, createWriteAheadLog(path), beforeChange)
  return new Kysely<Database>({ dialect })
}

function asStateError(path: string, cause: unknown): StateError {
  if (isStateFull(cause)) return stateFull(cause)
  const reason = cause instanceof Error ? cause.message : String(cause)
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new StateError(
      'UNAVAILABLE',
      `the state in ${path} is locked by another process: stop it, then start again`,
      { cause },
    )
  }
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) {
    return new StateError(
      'UNAVAILABLE',
      `the state in ${path} cannot be written: check its permissions and those of its folder`,
      { cause },
    )
  }
  return new StateError(
    'DAMAGED',
    `the state in ${path} is damaged (${reason}): restore a backup of it, or move it away to start with none`,
    { cause },
  )
}
