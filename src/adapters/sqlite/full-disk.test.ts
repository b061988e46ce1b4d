import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { account, event } from '#testing/conformance/state/state-samples.ts'
import { mayMount, onSmallDisk } from '#testing/faults/small-disk.ts'
import { createSpaceReserve } from '#adapters/filesystem/space-reserve.ts'
import { createSqlActivity } from '#adapters/sql/activity.ts'
import { createSqlParts } from '#adapters/sql/state-parts.ts'
import { migrate } from './migrate.ts'
import { openDatabase } from './open-database.ts'
import { openSqlState } from './sql-state.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { partsWithRoom } from './on-full-disk.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-full-'))
})
afterEach(() => rm(folder, { recursive: true }))

const long = (times = 1) => ({
  data: { reference: 'x'.repeat(2000 * times), digest: null, tags: null },
})

describe('a database that may not grow', () => {
  async function openFull(giveUp: (grow: () => Promise<void>) => Promise<unknown>) {
    const db = openDatabase(join(folder, 'state.db'))
    await migrate(db, 'here')
    const limit = async (pages: number): Promise<void> => {
      await sql`pragma max_page_count = ${sql.lit(pages)}`.execute(db)
    }
    await limit(1)
    const room = {
      compact: () => sql`pragma wal_checkpoint(truncate)`.execute(db),
      giveUp: () => giveUp(() => limit(100_000)),
    }
    const { activity } = partsWithRoom(room, createSqlParts(db, sqliteDialect))
    return { db, activity }
  }

  test('gets its reserve, and makes the failed write once', async () => {
    let expired = 0
    const { db, activity } = await openFull(async (grow) => {
      expired += 1
      await grow()
    })
    for (let at = 0; at < 20; at += 1) await activity.record(event(`e${at}`, long()))
    expect(expired).toBe(1)
    expect(await activity.count({})).toBe(20)
    await db.destroy()
  })

  test('reports in a transaction too that it is full, and keeps nothing of it', async () => {
    const { db } = await openFull(async () => {})
    const inTransaction = db.transaction().execute(async (transaction) => {
      const activity = createSqlActivity(transaction, sqliteDialect)
      for (let at = 0; at < 50; at += 1) {
        await activity.record(event(`e${at}`, long(50)))
      }
    })
    await expect(inTransaction).rejects.toMatchObject({ code: 'SQLITE_FULL' })
    expect(await createSqlActivity(db, sqliteDialect).count({})).toBe(0)
    await db.destroy()
  })

  test('reports FULL without a reserve, with what to do, and can still be read', async () => {
    const { db, activity } = await openFull(async () => {})
    const record = async () => {
      for (let at = 0; at < 20; at += 1) await activity.record(event(`e${at}`, long()))
    }
    await expect(record()).rejects.toMatchObject({
      code: 'FULL',
      message: expect.stringMatching(/disk that holds the state .* is full: remove .* add space/),
    })
    const before = await activity.count({})
    await expect(activity.record(event('late', long()))).rejects.toMatchObject({
      code: 'FULL',
    })
    expect(await activity.count({})).toBe(before)
    await db.destroy()
  })
})

// These need root: `mayMount` makes a run that must be complete fail without it.
describe.runIf(mayMount())('a state on a full disk', () => {
  test('can be opened, written from its reserve, and opened again', async () => {
    await onSmallDisk(8, async (disk) => {
      const data = join(disk.path, 'data')
      await mkdir(data)
      const file = join(data, 'state.sqlite')
      const sizeBytes = 1024 * 1024
      const reserve = createSpaceReserve({ file: `${file}.reserve`, sizeBytes })
      const open = () => openSqlState(file, { giveUpReserve: reserve.giveUp })
      const first = await open()
      await first.accounts.create(account('ada'))
      await reserve.ensure()
      await first.close()
      expect(await readdir(data)).toContain('state.sqlite.reserve')
      await disk.fill()

      const second = await open()
      expect(await second.accounts.find('ada')).toEqual(account('ada'))
      await second.activity.record(event('a', long()))
      expect(reserve.state()).toBe('given up')
      await second.close()
      const third = await open()
      expect(await third.activity.count({})).toBe(1)
      await third.close()
    })
  })
})
