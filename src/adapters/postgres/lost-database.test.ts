import { DatabaseError } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { State } from '#state/state.ts'
import { account, event, pendingAct } from '#testing/conformance/state/state-samples.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'
import { createFragileWay } from '#testing/postgres/fragile-way.ts'
import { toStateError } from './database-errors.ts'
import { openPostgresState } from './postgres-state.ts'

const unavailable = { name: 'StateError', code: 'UNAVAILABLE' }

describe.skipIf(findPostgres() === null)('a database that is lost', () => {
  let postgres: ThrowawayPostgres
  let url: string
  let state: State
  beforeAll(async () => {
    postgres = await startThrowawayPostgres()
  })
  beforeEach(async () => {
    url = await postgres.newURL()
    state = await openPostgresState(url, { connections: 2, statementMs: 20_000 })
    await state.accounts.create(account('ada'))
  })
  afterEach(() => state.close())
  afterAll(() => postgres.remove())

  test.each(['fast', 'crash'] as const)(
    'is used again after a restart (%s), with all that was acknowledged',
    async (how) => {
      await Promise.all([state.accounts.list(), state.activity.record(event('e'))])
      await postgres.stop(how)
      await expect(state.accounts.find('ada')).rejects.toMatchObject(unavailable)
      await expect(state.accounts.create(account('bob'))).rejects.toMatchObject(unavailable)
      await expect(state.transaction(() => Promise.resolve())).rejects.toMatchObject(unavailable)
      await expect(openPostgresState(url)).rejects.toMatchObject(unavailable)
      await postgres.start()
      await expect.poll(() => state.accounts.list().catch(() => null)).toEqual([account('ada')])
      expect(await state.activity.count({})).toBe(1)
      expect(await state.accounts.create(account('bob'))).toBe(true)
    },
  )

  test('leaves nothing of a transaction that it cut', async () => {
    const cut = state.transaction(async ({ accounts }) => {
      await accounts.create(account('bob'))
      await postgres.run(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'jetsam'",
      )
      await accounts.create(account('eve'))
    })
    await expect(cut).rejects.toMatchObject(unavailable)
    await expect.poll(() => state.accounts.list().catch(() => null)).toEqual([account('ada')])
  })

  test('fails the transaction whose act goes on after a failure', async () => {
    const failing = state.transaction(async ({ accounts, pendingActs }) => {
      await pendingActs.add([pendingAct('e')])
      await pendingActs.add([pendingAct('e')]).catch(() => {})
      await accounts.create(account('bob')).catch(() => {})
    })
    await expect(failing).rejects.toThrow('pending_acts')
    expect(await state.accounts.list()).toEqual([account('ada')])
    expect(await state.pendingActs.all()).toEqual([])
  })

  test('is used again after answers were lost without a word', async () => {
    const way = await createFragileWay(postgres.socket)
    const limits = { connections: 1, statementMs: 2000, answerMs: 1000 }
    const far = await openPostgresState(url.replace(/host=[^&]*/, way.parameters), limits)
    expect(await far.accounts.list()).toEqual([account('ada')])
    way.loseAnswers()
    await expect(far.accounts.list()).rejects.toMatchObject(unavailable)
    expect(far.pool().timeouts).toBe(1)
    way.mend()
    // Over another connection: the one whose answer is missing stays as it is.
    expect(await far.accounts.list()).toEqual([account('ada')])
    await far.close()
    await way.remove()
  })

  test('is waited for no longer than a statement may take', async () => {
    const impatient = await openPostgresState(url, { connections: 1, statementMs: 1000 })
    await state.transaction(async ({ accounts }) => {
      await accounts.update('ada', { isAdmin: true })
      const waiting = impatient.accounts.update('ada', { isActive: false })
      await expect(waiting).rejects.toMatchObject(unavailable)
    })
    expect(await impatient.accounts.update('ada', { isActive: false })).toBe(true)
    expect(impatient.pool().timeouts).toBe(1)
    await impatient.close()
  })

  test('has no more connections than it may, and gives them back', async () => {
    const narrow = await openPostgresState(url, { connections: 1, connectMs: 2000 })
    await narrow.transaction(async () => {
      await expect(narrow.accounts.list()).rejects.toMatchObject(unavailable)
    })
    expect(narrow.pool().timeouts).toBe(1)
    expect(await narrow.accounts.list()).toEqual([account('ada')])
    await narrow.close()
  })
})

test.each([
  ['53100', 'FULL', 'add space'],
  ['53300', 'UNAVAILABLE', 'raise its limits'],
  ['28P01', 'UNAVAILABLE', 'check the name and the password'],
  ['42501', 'UNAVAILABLE', 'make the user the owner'],
  ['57P01', 'UNAVAILABLE', 'check that it runs'],
  ['XX001', 'DAMAGED', 'restore a backup'],
])('SQLSTATE %s means %s', (sqlState, code, advice) => {
  const error = new DatabaseError('so it is', 8, 'error')
  error.code = sqlState
  expect(toStateError('postgres://db', error)).toMatchObject({ code, cause: error })
  expect(String(toStateError('postgres://db', error))).toContain(advice)
})

test('an error of a statement stays what it is', () => {
  const error = new DatabaseError('duplicate key', 13, 'error')
  error.code = '23505'
  expect(toStateError('postgres://db', error)).toBe(error)
})
