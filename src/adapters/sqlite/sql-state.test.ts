import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { account, event, job, plan } from '#testing/conformance/state/state-samples.ts'
import { stateContract } from '#testing/conformance/state/state.ts'
import type { State } from '#state/state.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSqlState } from './sql-state.ts'

let folder: string
const opened: State[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-state-'))
})

afterEach(async () => {
  for (const state of opened.splice(0)) await state.close()
  await rm(folder, { recursive: true })
})

async function open(): Promise<State> {
  const state = await openSqlState(join(folder, 'state.db'))
  opened.push(state)
  return state
}

stateContract('SQL', open)

test('everything is there again after closing and opening', async () => {
  const before = await openSqlState(join(folder, 'state.db'))
  await before.accounts.create(account('ada'))
  await before.jobs.save(job('a'))
  await before.jobs.appendLog('a', [{ timeMs: 1, level: 'warn', data: 'one' }])
  await before.plans.save(plan('p', 3))
  await before.activity.record(event('e'))
  await before.settings.setSchedule('collection', '0 * * *')
  await before.close()

  const after = await open()
  expect(await after.accounts.list()).toEqual([account('ada')])
  expect(await after.jobs.find('a')).toEqual(job('a'))
  expect(await after.plans.find('p')).toEqual(plan('p', 3))
  expect(await after.settings.schedule('collection')).toBe('0 * * *')
  await after.jobs.appendLog('a', [{ timeMs: 2, level: 'warn', data: 'two' }])
  expect((await after.jobs.log('a', 0, 5)).map(({ lineNum }) => lineNum)).toEqual([0, 1])
  await after.activity.record(event('f'))
  const { events } = await after.activity.list({ limit: 5 })
  expect(events.map(({ id }) => id)).toEqual(['f', 'e'])
})

test('concurrent writes do not disturb each other', async () => {
  const { jobs, activity } = await open()
  await jobs.save(job('a'))
  await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      await jobs.appendLog('a', [{ timeMs: at, level: 'info', data: String(at) }])
      await activity.record(event(`e${at}`))
    }),
  )
  const lines = await jobs.log('a', 0, 100)
  expect(lines.map(({ lineNum }) => lineNum)).toEqual(Array.from({ length: 20 }, (_, at) => at))
  expect(await activity.count({})).toBe(20)
})

test('an acknowledged write is there though the state was not closed', async () => {
  const unclosed = await open()
  await unclosed.accounts.create(account('ada'))
  const other = await open()
  expect(await other.accounts.find('ada')).toEqual(account('ada'))
})
