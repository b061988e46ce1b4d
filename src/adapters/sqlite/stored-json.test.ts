import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { State } from '#state/state.ts'
import { openSqlState } from './sql-state.ts'

let folder = ''
let path = ''
let state: State
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-stored-'))
  path = join(folder, 'state.sqlite')
  state = await openSqlState(path)
})
afterEach(async () => {
  await state.close()
  await rm(folder, { recursive: true })
})

/** Writes what an earlier version, or a person, may have left in the file. */
function write(statement: string, ...values: readonly unknown[]): void {
  const file = new Libsql(path)
  file.prepare(statement).run(...values)
  file.close()
}

const setting = (name: string, json: string): void =>
  write('insert into settings (name, value_json) values (?, ?)', name, json)

const job = {
  id: 'one',
  kind: 'collection',
  status: 'done',
  trigger: 'person',
  actor: 'ada',
  request: null,
  scheduledAtMs: null,
  startedAtMs: 1,
  updatedAtMs: 2,
  finishedAtMs: 3,
  progress: null,
  result: null,
  error: null,
} as const

describe('a stored job', () => {
  const changed = async (changes: Readonly<Record<string, unknown>>) => {
    await state.jobs.save(job)
    for (const [column, value] of Object.entries(changes))
      write(`update jobs set ${column} = ?`, value)
    return await state.jobs.find('one')
  }

  it('of an older version has the progress that it had, and its result as it was', async () => {
    expect(await changed({ result_json: '{"removed":7}', progress_json: '{"done":3}' })).toEqual({
      ...job,
      progress: {
        phase: '',
        done: 3,
        total: 0,
        bytesFreed: 0,
        bytesPerSecond: 0,
        remainingMs: null,
        repository: null,
      },
      result: { removed: 7 },
    })
  })

  it.each([
    ['{"removed"', null],
    ['[]', []],
    ['7', 7],
  ])('with the progress %s has none', async (json, result) => {
    expect(await changed({ result_json: json, progress_json: json })).toMatchObject({
      result,
      progress: null,
    })
  })

  it('with an unknown status counts as failed', async () => {
    expect(await changed({ status: 'lost', trigger_kind: 'moon' })).toMatchObject({
      status: 'errored',
      trigger: 'api',
    })
  })
})

it('a stored plan keeps only items that say what to remove, and why', async () => {
  await state.jobs.save(job)
  const item = {
    step: 'blob',
    cause: 'orphaned layer',
    repository: null,
    digest: null,
    name: null,
    isManifest: false,
    sizeBytes: 1,
  } as const
  const plan = { id: 'plan', jobID: 'one', madeAtMs: 1, warnings: [], estimatedMs: 1 }
  await state.plans.save({ ...plan, items: [item] })
  write(
    'update plan_items set items_json = ?',
    JSON.stringify([item, { ...item, cause: 'x' }, 7, null]),
  )
  write('update plans set warnings_json = ?', '["one",2]')
  expect(await state.plans.find('plan')).toMatchObject({ items: [item], warnings: ['one'] })
  write('update plan_items set items_json = ?', '[{')
  expect(await state.plans.find('plan')).toMatchObject({ items: [] })
})

it.each(['{', '7', 'null', '{"schedule":"@daily"}', '[{"scope":"team"}]', '"x"'])(
  'settings that are %s count as unset, and a policy is passed on',
  async (json) => {
    for (const name of ['scheduler seen ms', 'missed runs', 'anonymous grants', 'policy']) {
      setting(name, json)
    }
    setting('schedule', json === '"x"' ? '7' : json)
    expect(await state.settings.schedule('collection')).toBeNull()
    expect(await state.settings.schedulerSeenMs('collection')).toBe(json === '7' ? 7 : null)
    expect(await state.settings.missedRuns('collection')).toBeNull()
    expect(await state.settings.anonymousGrants()).toEqual([])
    const policy: unknown = json === '{' ? undefined : JSON.parse(json)
    expect(await state.settings.policy()).toEqual(policy)
  },
)

it('an access token that cannot be read allows nothing', async () => {
  const account = { name: 'ada', passwordHash: 'x', isAdmin: true, isActive: true, createdAtMs: 1 }
  await state.accounts.create(account)
  await state.accessTokens.add({
    id: 'token',
    accountName: 'ada',
    name: 'ci',
    secretHash: 'hash',
    repositories: ['*'],
    actions: ['pull'],
    createdAtMs: 1,
    expiresAtMs: null,
    lastUsedAtMs: null,
  })
  write(
    'update access_tokens set repositories_json = ?, actions_json = ?',
    '"*"',
    '["pull","rule"]',
  )
  expect(await state.accessTokens.find('token')).toMatchObject({
    repositories: [],
    actions: ['pull'],
  })
  write('update access_tokens set repositories_json = ?, actions_json = ?', '["*"', '{}')
  expect(await state.accessTokens.find('token')).toMatchObject({ repositories: [], actions: [] })
})
