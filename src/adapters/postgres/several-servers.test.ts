import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { State } from '#state/state.ts'
import {
  account,
  atMs,
  event,
  job,
  pendingAct,
  plan,
  push,
} from '#testing/conformance/state/state-samples.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'
import { openPostgresState } from './postgres-state.ts'

const times = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at))

const flip = ({ accounts }: Pick<State, 'accounts'>): Promise<boolean> =>
  accounts.find('ada').then((found) => accounts.update('ada', { isAdmin: found?.isAdmin !== true }))

describe.skipIf(findPostgres() === null)('several servers on one database', () => {
  let postgres: ThrowawayPostgres
  let states: readonly State[]
  beforeAll(async () => {
    postgres = await startThrowawayPostgres()
  })
  beforeEach(async () => {
    const url = await postgres.newURL()
    // At once: only one of them can make the tables.
    states = await Promise.all(times(3, () => openPostgresState(url, { connections: 4 })))
  })
  afterEach(() => Promise.all(states.map((state) => state.close())))
  afterAll(() => postgres.remove())

  /** The state of the server whose turn it is. */
  const server = (at: number): State => states[at % states.length] as State
  const onEach = <T>(count: number, act: (state: State, at: number) => Promise<T>): Promise<T[]> =>
    Promise.all(times(count, (at) => act(server(at), at)))

  test('all see what one of them wrote', async () => {
    await server(0).accounts.create(account('ada'))
    expect(await server(1).accounts.list()).toEqual([account('ada')])
    expect(await server(2).accounts.find('ada')).toEqual(account('ada'))
  })

  test('transactions are as if one came after the other', async () => {
    await server(0).accounts.create(account('ada'))
    await onEach(31, (state) => state.transaction(flip))
    expect((await server(0).accounts.find('ada'))?.isAdmin).toBe(true)
  })

  test('a transaction that was disturbed is not disturbed by others of its kind', async () => {
    const rollbacks = async (): Promise<number> => {
      const [row] = await postgres.run(
        "select xact_rollback from pg_stat_database where datname = 'postgres'",
      )
      return Number(row?.xact_rollback)
    }
    await server(0).accounts.create(account('ada'))
    const before = await rollbacks()
    await onEach(60, (state) => state.transaction(flip))
    // A connection that ends has reported all that it did.
    await Promise.all(states.map((state) => state.close()))
    // Each of the first tries may be in vain once, and disturb one of the others once.
    expect((await rollbacks()) - before).toBeLessThanOrEqual(120)
    states = []
  })

  test('of two administrators who remove each other at once, one stays', async () => {
    const admins = ['ada', 'bob', 'eve']
    for (const name of admins) await server(0).accounts.create(account(name, { isAdmin: true }))
    await onEach(12, (state, at) =>
      state.transaction(async ({ accounts }) => {
        const left = (await accounts.list()).filter(({ isAdmin }) => isAdmin)
        const name = admins[at % admins.length] ?? ''
        if (left.length > 1) await accounts.update(name, { isAdmin: false })
      }),
    )
    const left = (await server(0).accounts.list()).filter(({ isAdmin }) => isAdmin)
    expect(left).toHaveLength(1)
  })

  test('a call of its own is no different from a transaction', async () => {
    await server(0).jobs.save(job('a'))
    await onEach(30, (state, at) =>
      state.jobs.appendLog('a', [
        { timeMs: at, level: 'info', data: `${at} first` },
        { timeMs: at, level: 'info', data: `${at} second` },
      ]),
    )
    const lines = await server(1).jobs.log('a', 0, 99)
    expect(lines.map(({ lineNum }) => lineNum)).toEqual(times(60, (at) => at))
    for (let at = 0; at < 60; at += 2) {
      const [by] = lines[at]?.data.split(' ') ?? []
      expect([lines[at]?.data, lines[at + 1]?.data]).toEqual([`${by} first`, `${by} second`])
    }
  })

  test('grants are those of one call, whole', async () => {
    await server(0).accounts.create(account('ada'))
    const grantsBy = (at: number) =>
      ['a', 'b', 'c'].map((name) => ({ scope: `${name}${at}`, accessLevel: 'admin' as const }))
    await onEach(9, (state, at) => state.accounts.setGrants('ada', grantsBy(at)))
    const grants = await server(0).accounts.grantsOf('ada')
    expect(times(9, grantsBy)).toContainEqual(grants)
  })

  test('a name is given once', async () => {
    const created = await onEach(9, (state, at) =>
      state.accounts.create(account('ada', { passwordHash: String(at) })),
    )
    expect(created.filter((isNew) => isNew)).toHaveLength(1)
    const winner = String(created.indexOf(true))
    expect((await server(1).accounts.find('ada'))?.passwordHash).toBe(winner)
  })

  test('an event is new once, also when its act is completed by all of them', async () => {
    const pushed = pendingAct('e', { push })
    await server(0).pendingActs.add([pushed])
    const completed = await onEach(6, (state) => state.pendingActs.complete([pushed]))
    const recorded = await onEach(6, (state) => state.activity.record(event('e')))
    expect(completed.flat()).toEqual([event('e')])
    expect(recorded).not.toContain(true)
    expect(await server(1).activity.count({})).toBe(1)
    expect(await server(2).pendingActs.all()).toEqual([])
  })

  test('the record is paged without a gap while all of them write', async () => {
    const writing = onEach(45, (state, at) => state.activity.record(event(`e${at}`)))
    await writing
    const seen: string[] = []
    let after: { atMs: number; position: number } | null = null
    do {
      const page = await server(2).activity.list({ limit: 7, ...(after === null ? {} : { after }) })
      seen.push(...page.events.map(({ id }) => id))
      after = page.next
    } while (after !== null)
    expect(seen.toSorted()).toEqual(times(45, (at) => `e${at}`).toSorted())
  })

  test('the latest push wins, and a plan is one of those saved, whole', async () => {
    await onEach(9, (state, at) => state.pushes.record({ ...push, atMs: (at * 5) % 9 }))
    expect(await server(0).pushes.latest('team/app', ['1'])).toEqual([{ ...push, atMs: 8 }])
    const plans = times(6, (at) => plan('p', 2000 + at, atMs + at))
    await onEach(6, (state, at) => state.plans.save(plans[at] ?? plan('none', 0)))
    expect(plans).toContainEqual(await server(1).plans.find('p'))
  })
})
