import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { State } from '#state/state.ts'
import { openDatabase } from '#adapters/sqlite/open-database.ts'
import { openSqlState } from '#adapters/sqlite/sql-state.ts'
import {
  account,
  atMs,
  event,
  job,
  pendingAct,
  plan,
  push,
  token,
} from '#testing/conformance/state/state-samples.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'
import { copyIntoPostgres, copyOutOfPostgres } from './copy-state.ts'
import { openPostgresState } from './postgres-state.ts'

const times = { createdAtMs: atMs, expiresAtMs: atMs + 1 }

/** Something in each table, and more rows than are written at once. */
async function fill(state: State): Promise<void> {
  await state.accounts.create(account('ada', { isAdmin: true }))
  await state.accounts.create(account('bob'))
  await state.accounts.setGrants('bob', [{ scope: 'team', accessLevel: 'admin' }])
  await state.sessions.add({ tokenHash: 's', accountName: 'ada', ...times })
  await state.accessTokens.add(token('t'))
  await state.settings.setSchedule('collection', '0 * * *')
  await state.jobs.save(job('b'))
  await state.jobs.save(job('a', { result: { found: [1, 'two'] } }))
  const lines = Array.from({ length: 2500 }, (_, at) => `line ${at}`)
  await state.jobs.appendLog(
    'a',
    lines.map((data) => ({ timeMs: atMs, level: 'info', data })),
  )
  await state.plans.save({ ...plan('p', 2100), estimatedMs: 1500 })
  for (const id of ['y', 'x']) await state.activity.record(event(id))
  await state.pendingActs.add([pendingAct('v'), pendingAct('u')])
  await state.pushes.record(push)
  await state.pulls.add([
    { repository: 'team/app', reference: '1', day: 1, pulls: 2, lastAtMs: atMs, lastBy: null },
  ])
  await state.pulls.setRecording({ sinceMs: atMs, openBy: [] })
  await state.retentionPolicies.add(retentionPolicy)
}

const retentionPolicy = {
  scope: 'team',
  version: 1,
  text: 'rules: []',
  format: 1,
  savedAtMs: atMs,
  savedBy: 'ada',
}

const contentOf = async (state: State): Promise<unknown> => ({
  accounts: await state.accounts.list(),
  grants: await state.accounts.grantsOf('bob'),
  session: await state.sessions.find('s'),
  tokens: await state.accessTokens.list(),
  schedule: await state.settings.schedule('collection'),
  jobs: await state.jobs.list({ offset: 0, limit: 9 }),
  lines: await state.jobs.log('a', 0, 9999),
  plan: await state.plans.find('p'),
  activity: (await state.activity.list({ limit: 99 })).events,
  acts: await state.pendingActs.all(),
  pushes: await state.pushes.latest('team/app', ['1']),
  pulls: await state.pulls.summaries('team/app', null, 0),
  recording: await state.pulls.recording(),
  policies: await state.retentionPolicies.newest(),
})

describe.skipIf(findPostgres() === null)('a state that is copied into PostgreSQL', () => {
  let postgres: ThrowawayPostgres
  let folder: string
  let path: string
  let url: string
  beforeAll(async () => {
    postgres = await startThrowawayPostgres()
  })
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jetsam-copied-'))
    path = join(folder, 'state.sqlite')
    url = await postgres.newURL()
    const state = await openSqlState(path)
    await fill(state)
    await state.close()
  })
  afterEach(() => rm(folder, { recursive: true }))
  afterAll(() => postgres.remove())

  async function copy(): Promise<void> {
    const from = openDatabase(path)
    try {
      await copyIntoPostgres(from, url)
    } finally {
      await from.destroy()
    }
  }

  async function read<T>(state: State, reader: (state: State) => Promise<T>): Promise<T> {
    try {
      return await reader(state)
    } finally {
      await state.close()
    }
  }

  test('is all there, and what is added comes after it', async () => {
    const before = await read(await openSqlState(path), contentOf)
    await copy()
    expect(await read(await openPostgresState(url), contentOf)).toEqual(before)
    await read(await openPostgresState(url), async ({ jobs, activity, pendingActs }) => {
      await jobs.save(job('c'))
      await activity.record(event('z'))
      await pendingActs.add([pendingAct('w')])
      const page = await jobs.list({ offset: 0, limit: 9 })
      expect(page.jobs.map(({ id }) => id)).toEqual(['c', 'a', 'b'])
      const { events } = await activity.list({ limit: 9 })
      expect(events.map(({ id }) => id)).toEqual(['z', 'x', 'y'])
      const acts = await pendingActs.all()
      expect(acts.map(({ event: { id } }) => id)).toEqual(['v', 'u', 'w'])
    })
  })

  test('comes back the same, and replaces another', async () => {
    const before = await read(await openSqlState(path), contentOf)
    await copy()
    const back = join(folder, 'back.sqlite')
    await (await openSqlState(back)).close()
    const to = openDatabase(back)
    expect(await copyOutOfPostgres(url, to)).toEqual({ accounts: 2, jobs: 2, events: 2 })
    await to.destroy()
    expect(await read(await openSqlState(back), contentOf)).toEqual(before)
    const changed = await openPostgresState(url)
    await changed.accounts.create(account('eve'))
    await changed.close()
    const again = openDatabase(back)
    await copyIntoPostgres(again, url, true)
    await again.destroy()
    expect(await read(await openPostgresState(url), contentOf)).toEqual(before)
  })

  test('is not copied out of an empty database', async () => {
    const back = join(folder, 'back.sqlite')
    await (await openSqlState(back)).close()
    const to = openDatabase(back)
    await expect(copyOutOfPostgres(url, to)).rejects.toThrow('there is no state in')
    await (await openPostgresState(url)).close()
    expect(await copyOutOfPostgres(url, to)).toBeNull()
    await to.destroy()
  })

  test('is not mixed with another', async () => {
    const state = await openPostgresState(url)
    await state.accounts.create(account('eve'))
    await expect(copy()).rejects.toMatchObject({ code: 'FAILED' })
    expect(await read(state, ({ accounts }) => accounts.list())).toEqual([account('eve')])
  })

  test('is there as a whole, or not at all', async () => {
    const file = new Libsql(path)
    file.pragma('foreign_keys = off')
    file.exec("insert into plan_items values ('none', 0, '[]')")
    file.close()
    await expect(copy()).rejects.toThrow('plan_items')
    const state = await openPostgresState(url)
    expect(await read(state, ({ accounts }) => accounts.list())).toEqual([])
  })
})
