import { statSync } from 'node:fs'
import type Libsql from 'libsql'
import { StateError } from '#state/state-error.ts'
import { makePrivate } from './private-files.ts'

/** The identity of the file that a path leads to; null: none. */
function fileAt(path: string): string | null {
  const info = statSync(path, { bigint: true, throwIfNoEntry: false })
  return info === undefined ? null : `${info.dev}:${info.ino}`
}

/** Writes the content of an open database to a file beside it; null: that is impossible. */
function rescue(database: Libsql.Database, path: string): string | null {
  const copy = `${path}.rescued-${Date.now()}`
  try {
    makePrivate(copy)
    database.exec(`vacuum into '${copy.replaceAll("'", "''")}'`)
    return copy
  } catch {
    return null
  }
}

export interface StateFile {
  /**
   * Throws if a write would go to a file without a name: the database, or the log beside it, was
   * moved or removed. Its content is then saved in another file, if possible.
   */
  expectThere(): void
}

/**
 * @param database open, at `path`
 * @param onGone called once, with a sentence, when it is no longer there
 */
export function createStateFile(
  database: Libsql.Database,
  path: string,
  onGone?: (reason: string) => void,
): StateFile {
  const watched = ['', '-wal'].map((end) => ({ path: `${path}${end}`, file: fileAt(path + end) }))
  let gone: StateError | null = null

  function isThere(one: (typeof watched)[number]): boolean {
    const file = fileAt(one.path)
    // SQLite makes the log with the first change.
    one.file ??= file
    return file === one.file
  }

  return {
    expectThere() {
      if (gone !== null) throw gone
      const missing = watched.find((one) => !isThere(one))
      if (missing === undefined) return
      const kept = rescue(database, path)
      const isKept =
        kept === null ? 'What it held could not be kept.' : `What it held is in ${kept}.`
      const from = kept === null ? 'a backup' : 'what was kept'
      gone = new StateError(
        'UNAVAILABLE',
        `${missing.path} was moved or removed while it was in use. ${isKept} Move it back, or restore ${from} by "jetsam restore --from ${kept ?? 'FILE'}", then start again.`,
      )
      onGone?.(gone.message)
      throw gone
    },
  }
}
