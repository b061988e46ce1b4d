import {
  SelectQueryNode,
  SqliteDialect,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type SqliteDatabase,
} from 'kysely'
import type { MayWrite } from '#coordination/leadership.ts'
import { createGroupedSync } from './grouped-sync.ts'
import type { WriteAheadLog } from './write-ahead-log.ts'

/** Calls a function before each statement that is not a read. */
const watched = (
  connection: DatabaseConnection,
  beforeWrite: () => Promise<void>,
): DatabaseConnection => ({
  async executeQuery(query) {
    if (!SelectQueryNode.is(query.query)) await beforeWrite()
    return await connection.executeQuery(query)
  },
  streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
})

function syncingDriver(driver: Driver, log: WriteAheadLog, mayWrite: MayWrite): Driver {
  const sync = createGroupedSync(log.sync)
  const watchedOf = new WeakMap<DatabaseConnection, DatabaseConnection>()
  let hasWritten = false
  const beforeWrite = async (): Promise<void> => {
    await mayWrite()
    hasWritten = true
  }
  return {
    init: () => driver.init(),
    async acquireConnection() {
      const connection = await driver.acquireConnection()
      const seen = watched(connection, beforeWrite)
      watchedOf.set(seen, connection)
      return seen
    },
    beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
    commitTransaction: (connection) => driver.commitTransaction(connection),
    // Rolling back is no change, and is allowed without the lease.
    async rollbackTransaction(connection) {
      try {
        await driver.rollbackTransaction(watchedOf.get(connection) ?? connection)
      } catch (error) {
        // On a full disk SQLite has rolled back already: the error to report is that it was full.
        if (!String(error).includes('no transaction is active')) throw error
      }
    },
    async releaseConnection(connection) {
      const mustSync = hasWritten
      hasWritten = false
      // Released first: others write while this one waits for the disk, and share the next sync.
      await driver.releaseConnection(connection)
      if (mustSync) await sync()
    },
    async destroy() {
      await driver.destroy()
      await log.close()
    },
  }
}

/**
 * SQLite whose statements and transactions resolve once its log is on the disk. SQLite itself would
 * block the whole process for the disk, at each commit.
 */
export function createSyncingDialect(
  database: SqliteDatabase,
  log: WriteAheadLog,
  mayWrite: MayWrite = () => undefined,
): Dialect {
  const dialect = new SqliteDialect({ database })
  return {
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => syncingDriver(dialect.createDriver(), log, mayWrite),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  }
}
