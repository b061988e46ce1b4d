import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { event } from '#testing/conformance/state/state-samples.ts'
import Libsql from 'libsql'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from './open-database.ts'
import { openSqlState } from './sql-state.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-state-'))
  path = join(folder, 'state.db')
})

afterEach(() => rm(folder, { recursive: true }))

async function makeDatabase(): Promise<void> {
  const state = await openSqlState(path)
  for (let at = 0; at < 200; at += 1) await state.activity.record(event(`e${at}`))
  await state.close()
}

test('a crash leaves the file whole, and references are checked', async () => {
  const db = openDatabase(path)
  const pragma = async (name: string) =>
    Object.values((await sql<object>`pragma ${sql.raw(name)}`.execute(db)).rows[0] ?? {})
  expect(await pragma('journal_mode')).toEqual(['wal'])
  expect(await pragma('synchronous')).toEqual([1])
  expect(await pragma('foreign_keys')).toEqual([1])
  await db.destroy()
})

test('a file that is no database is refused and stays unchanged', async () => {
  const text = 'this is somebody’s diary\n'.repeat(100)
  await writeFile(path, text)
  await expect(openSqlState(path)).rejects.toMatchObject({
    code: 'DAMAGED',
    message: `the state in ${path} is damaged (file is not a database): restore a backup of it, or move it away to start with none`,
  })
  expect(await readFile(path, 'utf8')).toBe(text)
})

test('a truncated file is refused', async () => {
  await makeDatabase()
  await truncate(path, 12_288)
  await expect(openSqlState(path)).rejects.toMatchObject({ code: 'DAMAGED' })
})

test('a page overwritten with garbage is noticed', async () => {
  await makeDatabase()
  const file = await readFile(path)
  // The second page, which is always in use: damage in a free one does no harm.
  file.fill(0xa5, 4096, 8192)
  await writeFile(path, file)
  await expect(openSqlState(path)).rejects.toMatchObject({ code: 'DAMAGED' })
})

test('the error for a missing folder names it', async () => {
  const missing = join(folder, 'missing', 'state.db')
  await expect(openSqlState(missing)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: `the state in ${missing} cannot be opened: check that its folder exists and can be written to`,
  })
})

test('the state of a newer version is refused and stays unchanged', async () => {
  await makeDatabase()
  const file = new Libsql(path)
  file.exec(`insert into kysely_migration values ('9999-later', '2030-01-01T00:00:00.000Z')`)
  file.close()
  await expect(openSqlState(path)).rejects.toMatchObject({
    code: 'NEWER_SCHEMA',
    message: expect.stringContaining('was written by a newer version of Jetsam'),
  })
})
