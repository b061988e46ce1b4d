import {
  copyFile,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { account, event } from '#testing/conformance/state/state-samples.ts'
import type { State } from '#state/state.ts'
import Libsql from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqlState } from './sql-state.ts'
import { backUpState, restoreState } from './state-backup.ts'

let folder: string
let path: string
let backup: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-backup-'))
  path = join(folder, 'state.sqlite')
  backup = join(folder, 'backup.sqlite')
})

afterEach(() => rm(folder, { recursive: true }))

const names = async (state: State) => (await state.accounts.list()).map(({ name }) => name)
/** Without the empty logs that a connection in this process keeps. */
const files = async () =>
  (await readdir(folder)).filter((name) => !/-(?:wal|shm)$/.test(name)).toSorted()

/** A state with one account and one session; what `more` does comes after the backup. */
async function backedUp(more: (state: State) => Promise<unknown> = async () => {}): Promise<void> {
  const state = await openSqlState(path)
  await state.accounts.create(account('ada'))
  const times = { createdAtMs: 0, expiresAtMs: 9e15 }
  await state.sessions.add({ tokenHash: 'aa', accountName: 'ada', ...times })
  await state.settings.setBearerKey('00ff')
  await state.pulls.setRecording({ sinceMs: 1, openBy: [] })
  await backUpState(path, backup)
  await more(state)
  await state.close()
}

describe('a backup', () => {
  it('is whole and of one moment, while others write', async () => {
    const state = await openSqlState(path)
    const over = new AbortController()
    const writing = (async () => {
      let written = 0
      for (; !over.signal.aborted; written += 1) {
        await state.activity.record(event(`e${written}`))
        await setImmediate()
      }
      return written
    })()
    const counts: number[] = []
    for (let at = 0; at < 5; at += 1) {
      const file = join(folder, `backup${at}.sqlite`)
      await backUpState(path, file)
      const copy = await openSqlState(file)
      counts.push(await copy.activity.count({}))
      await copy.close()
    }
    over.abort()
    expect(counts).toEqual(counts.toSorted((one, other) => one - other))
    expect(counts.at(-1)).toBeLessThanOrEqual(await writing)
    await state.close()
  })

  it('can be read by its owner alone', async () => {
    await backedUp()
    expect((await stat(backup)).mode & 0o777).toBe(0o600)
  })

  it('replaces nothing, and is not made of nothing', async () => {
    await expect(backUpState(path, backup)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: `there is no state in ${path}: say with --data where it is`,
    })
    expect(await files()).toEqual([])
    await backedUp()
    await writeFile(backup, 'mine')
    await expect(backUpState(path, backup)).rejects.toThrow(`${backup} is there already`)
    expect(await readFile(backup, 'utf8')).toBe('mine')
    await expect(backUpState(path, join(folder, 'none', 'b'))).rejects.toThrow('cannot be written')
  })

  it('of a file that is no database leaves no file', async () => {
    await writeFile(path, 'this is somebody’s diary\n'.repeat(100))
    await expect(backUpState(path, backup)).rejects.toMatchObject({ code: 'FAILED' })
    expect(await files()).toEqual(['state.sqlite'])
  })
})

describe('restoring', () => {
  it('brings back the backup, keeps the present state, and ends all sessions', async () => {
    await backedUp(async (state) => {
      await state.accounts.create(account('eve'))
      await state.accounts.update('ada', { passwordHash: 'a newer one' })
    })
    expect(await restoreState(path, backup)).toEqual({ replaced: `${path}.replaced` })
    const state = await openSqlState(path)
    expect(await state.accounts.list()).toEqual([account('ada')])
    expect(await state.sessions.find('aa')).toBeNull()
    expect(await state.settings.bearerKey()).toBeNull()
    // Pulls after the backup are lost: they are known only from the next start on.
    expect(await state.pulls.recording()).toBeNull()
    await state.close()
    const replaced = await openSqlState(`${path}.replaced`)
    expect(await names(replaced)).toEqual(['ada', 'eve'])
    await replaced.close()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('works without a state, and leaves the backup unchanged', async () => {
    await backedUp()
    const before = await readFile(backup)
    for (const end of ['', '-wal', '-shm']) await rm(`${path}${end}`, { force: true })
    expect(await restoreState(path, backup)).toEqual({ replaced: null })
    expect(await files()).toEqual(['backup.sqlite', 'state.sqlite'])
    expect((await readFile(backup)).equals(before)).toBe(true)
  })

  it('is not spoilt by the log that a killed server left', async () => {
    await backedUp()
    const state = await openSqlState(path)
    await state.accounts.create(account('eve'))
    // As a power loss leaves them: the log has what the file lacks.
    const killed = join(folder, 'killed.sqlite')
    for (const end of ['', '-wal']) await copyFile(`${path}${end}`, `${killed}${end}`)
    await state.close()
    expect((await stat(`${killed}-wal`)).size).toBeGreaterThan(0)
    await restoreState(killed, backup)
    const restored = await openSqlState(killed)
    expect(await names(restored)).toEqual(['ada'])
    await restored.close()
    const replaced = await openSqlState(`${killed}.replaced`)
    expect(await names(replaced)).toEqual(['ada', 'eve'])
    await replaced.close()
  })

  it('replaces a damaged state', async () => {
    await backedUp()
    await truncate(path, 5000)
    await restoreState(path, backup)
    const state = await openSqlState(path)
    expect(await names(state)).toEqual(['ada'])
    await state.close()
    expect((await stat(`${path}.replaced`)).size).toBe(5000)
  })

  it.each([
    ['no database', (file: string) => writeFile(file, 'a diary\n'.repeat(1000)), 'DAMAGED'],
    ['cut short', (file: string) => truncate(file, 8192), 'DAMAGED'],
    ['of something else', (file: string) => otherDatabase(file), 'DAMAGED'],
    ['of a newer version', (file: string) => newer(file), 'NEWER_SCHEMA'],
    ['not there', (file: string) => rm(file), 'UNAVAILABLE'],
  ] as const)('from a backup that is %s changes nothing', async (_, spoil, code) => {
    await backedUp()
    const before = await readFile(path)
    await spoil(backup)
    await expect(restoreState(path, backup)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(backup),
    })
    expect((await readFile(path)).equals(before)).toBe(true)
    expect((await files()).filter((name) => name !== 'backup.sqlite')).toEqual(['state.sqlite'])
  })
})

function change(file: string, sql: string): void {
  const database = new Libsql(file)
  database.exec(sql)
  database.close()
}

async function otherDatabase(file: string): Promise<void> {
  await rm(file)
  change(file, 'create table recipes (name text)')
}

async function newer(file: string): Promise<void> {
  change(file, `insert into kysely_migration values ('9999-later', '2030-01-01T00:00:00.000Z')`)
}
