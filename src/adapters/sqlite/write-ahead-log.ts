import { open, type FileHandle } from 'node:fs/promises'

export interface WriteAheadLog {
  /** Makes durable what was committed before the call. */
  sync(): Promise<void>
  close(): Promise<void>
}

/**
 * The file beside an open SQLite database to which its commits are appended. SQLite makes it with
 * the first of them and keeps it while the database is open.
 */
export function createWriteAheadLog(databasePath: string): WriteAheadLog {
  let opening: Promise<FileHandle> | null = null
  return {
    async sync() {
      // Windows syncs only files that are open for writing.
      opening ??= open(`${databasePath}-wal`, 'r+')
      const handle = await opening.catch((error: unknown) => {
        opening = null
        throw error
      })
      await handle.datasync()
    },
    async close() {
      await (await opening)?.close()
    },
  }
}
