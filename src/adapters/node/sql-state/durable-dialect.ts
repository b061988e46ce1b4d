import {
  SelectQueryNode,
  SqliteDialect,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type SqliteDatabase,
} from 'kysely'
import { createSharedSync } from './shared-sync.ts'
import type { WriteAheadLog } from './write-ahead-log.ts'

/** Notes whether anything but a read was executed. */
const watched = (connection: DatabaseConnection, note: () => void): DatabaseConnection => ({
  executeQuery(query) {
    if (!SelectQueryNode.is(query.query)) note()
    return connection.executeQuery(query)
  },
  streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
})

function durableDriver(driver: Driver, log: WriteAheadLog): Driver {
  const sync = createSharedSync(log.sync)
  let hasWritten = false
  const note = (): void => {
    hasWritten = true
  }
  return {
    init: () => driver.init(),
    acquireConnection: async () => watched(await driver.acquireConnection(), note),
    beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
    commitTransaction: (connection) => driver.commitTransaction(connection),
    rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
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
 * SQLite whose statements and transactions are fulfilled once its log is on the disk. SQLite itself
 * would keep the whole process waiting for the disk, at each commit.
 */
export function createDurableDialect(database: SqliteDatabase, log: WriteAheadLog): Dialect {
  const dialect = new SqliteDialect({ database })
  return {
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => durableDriver(dialect.createDriver(), log),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  }
}
