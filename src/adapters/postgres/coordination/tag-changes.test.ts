import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AgreementError } from '#coordination/agreement-error.ts'
import { GivenUp } from '#coordination/given-up.ts'
import { createProcess, createRest, type Process } from '#testing/agreement/played/process.ts'
import { tagRules, type TagRule } from '#testing/agreement/tag-model.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import {
  openAgreeingServers,
  type AgreeingServer,
  type AgreeingServers,
} from '#testing/postgres/agreeing-servers.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'
import { agreementSteps } from './agreement-steps.ts'
import { membershipTimes } from './membership.ts'
import { createPostgresRepositoryLock } from './postgres-repository-lock.ts'
import { createLockTable, type LockTable } from './tag-changes.ts'

/** The locks without one of their rules. */
const leftOut = {
  'newest token': (db) =>
    createLockTable(db, { ...agreementSteps, isNewestToken: async () => true }),
  'wait for older': (db) =>
    createLockTable(db, { ...agreementSteps, tagsChanging: async () => [] }),
  'entered first'(db) {
    const locks = createLockTable(db)
    return {
      ...locks,
      async enter(server, change) {
        const entered = await locks.enter(server, change)
        if (typeof entered === 'number') await locks.settle(entered, true)
        return entered
      },
    }
  },
} satisfies Partial<Record<TagRule, (db: AgreeingServer['db']) => LockTable>>

/** Rules that the store keeps. */
const ofTheStore: readonly TagRule[] = ['signed before', 'sent once', 'bounded store']

type OwnRule = keyof typeof leftOut
const ownRules = Object.keys(leftOut) as OwnRule[]

describe.skipIf(findPostgres() === null)('changes of a tag by several servers', () => {
  let postgres: ThrowawayPostgres
  let servers: AgreeingServers
  let first: AgreeingServer
  let second: AgreeingServer
  beforeAll(async () => {
    postgres = await startThrowawayPostgres()
    servers = await openAgreeingServers(await postgres.newURL())
  })
  beforeEach(async () => {
    await servers.reset()
    first = await servers.start('the first')
    second = await servers.start('the second')
  })
  afterAll(async () => {
    await servers.close()
    await postgres.remove()
  })

  const rest = createRest()
  const lockOf = (server: AgreeingServer, locksOf: (db: AgreeingServer['db']) => LockTable) =>
    createPostgresRepositoryLock({
      ...server,
      locks: locksOf(server.db),
      patienceMs: Number.POSITIVE_INFINITY,
      closedPatienceMs: Number.POSITIVE_INFINITY,
    })

  /** The first server is held while it changes the tag, so long that the second one takes over. */
  async function play(
    locksOf: (db: AgreeingServer['db']) => LockTable,
    at: 'before it enters' | 'after it sent',
  ) {
    const tag = { value: 'none', told: 'none' }
    const process: Process = createProcess(rest)
    const held = rest.next()
    process.run(() =>
      lockOf(first, locksOf)('team/app', async (lock) => {
        if (at === 'before it enters') await process.hold('here')
        await lock.changeTags([{ tag: '1', wanted: 'older' }], async () => {
          if (at === 'after it sent') await process.hold('here')
          tag.value = 'older'
        })
        tag.told = 'older'
      }),
    )
    await held
    first.freeze()
    await servers.silence()
    const changed = lockOf(second, locksOf)('team/app', (lock) =>
      lock.changeTags([{ tag: '1', wanted: 'newer' }], async () => void (tag.value = 'newer')),
    ).then(() => (tag.told = 'newer'))
    if (at === 'after it sent') {
      // The request of the first one is applied late, or was lost: until then the second one waits.
      for (let turn = 0; turn < 20; turn += 1) await servers.beat()
      const over = rest.next()
      process.release('here')
      await over
      await servers.settle()
      await changed
    } else {
      await changed
      const over = rest.next()
      first.thaw()
      process.release('here')
      await over
    }
    return tag
  }

  it('has each rule of the model, or leaves it to the store', () => {
    expect([...ownRules, ...ofTheStore].toSorted()).toEqual(Object.keys(tagRules).toSorted())
  })

  it.each(['before it enters', 'after it sent'] as const)(
    'leave the newest value that a client was told of, if one was held %s',
    async (at) => {
      expect(await play(createLockTable, at)).toEqual({ value: 'newer', told: 'newer' })
    },
  )

  it.each(ownRules)('let an older one win without the rule "%s"', async (rule) => {
    const at = rule === 'newest token' ? 'before it enters' : 'after it sent'
    expect((await play(leftOut[rule], at)).value).toBe('older')
  })

  it('tell the next holder of a lock what was left, by a server that died or by one that lives', async () => {
    const left: boolean[] = []
    const look = (server: AgreeingServer) =>
      lockOf(server, createLockTable)(
        'team/app',
        async ({ wasLeftUnfinished }) => void left.push(wasLeftUnfinished),
      )
    await look(second)
    await look(second)
    await lockOf(first, createLockTable)('team/app', async (lock) => lock.leaveUnfinished())
    await look(second)
    await look(second)
    const process = createProcess(rest)
    const held = rest.next()
    process.run(() => lockOf(first, createLockTable)('team/app', () => process.hold('here')))
    await held
    first.kill()
    await servers.silence()
    await look(second)
    await look(second)
    expect(left).toEqual([false, false, true, false, true, false])
  })

  it('are refused at once while an earlier one may still be made, with the time until then', async () => {
    const process = createProcess(rest)
    const held = rest.next()
    process.run(() =>
      lockOf(first, createLockTable)('team/app', (lock) =>
        lock.changeTags([{ tag: '1', wanted: null }], () => process.hold('here')),
      ),
    )
    await held
    first.kill()
    await servers.silence()
    const { storeMs } = membershipTimes
    const change = (tag: string, expects = false) =>
      createPostgresRepositoryLock(second)('team/app', async (lock) => {
        if (expects) await lock.expectSettled([tag])
        return await lock.changeTags([{ tag, wanted: 'a' }], async () => 'changed')
      })
    // Nothing waits: the clock of this server does not go on here.
    for (const expects of [false, true]) {
      const refusal = await change('1', expects).catch((error: unknown) => error)
      expect(refusal).toMatchObject({
        code: 'LOCKED',
        message: expect.stringMatching(/^1 of team\/app cannot be changed until \d\d:\d\d UTC/),
      })
      const { retryAfterMs } = refusal as AgreementError
      expect(retryAfterMs).toBeGreaterThan(0)
      expect(retryAfterMs).toBeLessThanOrEqual(storeMs + 5000)
      expect(await change('2', expects)).toBe('changed')
    }
    await servers.settle()
    expect(await change('1', true)).toBe('changed')
  })

  it('do not wait for a server that is silent, nor for one that ends it the usual way', async () => {
    const process = createProcess(rest)
    const held = rest.next()
    process.run(() => lockOf(first, createLockTable)('team/app', () => process.hold('here')))
    await held
    first.freeze()
    await servers.beat()
    await servers.pass(membershipTimes.lapseMs / 2)
    const act = () => createPostgresRepositoryLock(second)('team/app', async () => 'done')
    const refusal = await act().catch((error: unknown) => error)
    expect(refusal).toMatchObject({
      code: 'LOCKED',
      message: expect.stringContaining('has said nothing for 15 s'),
      retryAfterMs: membershipTimes.lapseMs + membershipTimes.marginMs - 15_000,
    })
    // It was only slow.
    first.thaw()
    await servers.beat()
    const waits = act()
    process.release('here')
    expect(await waits).toBe('done')
  })

  it('tell the next holder of a lock what was left, also if one gave it back untouched', async () => {
    const look = (server: AgreeingServer) =>
      lockOf(server, createLockTable)('team/app', async (lock) => lock.wasLeftUnfinished)
    await lockOf(first, createLockTable)('team/app', async (lock) => lock.leaveUnfinished())
    // It is given up just as it gets it.
    let isGivenUp = false
    let tell = () => {}
    const told = new Promise<void>((resolve) => (tell = resolve))
    const givenUp = lockOf(second, (db) => {
      const locks = createLockTable(db)
      return {
        ...locks,
        async acquire(...words) {
          const acquired = await locks.acquire(...words)
          isGivenUp = true
          await told
          return acquired
        },
      }
    })(
      'team/app',
      async () => {},
      () => isGivenUp,
    )
    await expect(givenUp).rejects.toBeInstanceOf(GivenUp)
    tell()
    expect(await look(first)).toBe(true)
    expect(await look(second)).toBe(false)
  })

  it('take a lock from a server that got it while it was counted out', async () => {
    const gone = first.membership.current()
    const locks = createLockTable(first.db, {
      ...agreementSteps,
      async isServer(tx, server) {
        const isThere = await agreementSteps.isServer(tx, server)
        await second.agreement.leave(gone)
        return isThere
      },
    })
    expect(await locks.acquire(gone, 'team/app')).toMatchObject({ token: 1 })
    const next = await second.locks.acquire(second.membership.current(), 'team/app')
    expect(next).toEqual({ token: 2, wasLeftUnfinished: true })
  })

  it('go on after a change whose answer did not come, once it can no longer be applied', async () => {
    const runLocked = lockOf(first, createLockTable)
    const unanswered = runLocked('team/app', (lock) =>
      lock.changeTags([{ tag: '1', wanted: 'a' }], () => Promise.reject(new Error('no answer'))),
    )
    await expect(unanswered).rejects.toThrow('no answer')
    let isDone = false
    const next = runLocked('team/app', (lock) =>
      lock.changeTags([{ tag: '1', wanted: 'b' }], async () => 'b'),
    ).then((value) => {
      isDone = true
      return value
    })
    for (let turn = 0; turn < 20; turn += 1) await servers.beat()
    expect(isDone).toBe(false)
    const impatient = createPostgresRepositoryLock({ ...second, patienceMs: 0 })
    const refused = impatient('team/app', async () => {})
    await expect(refused).rejects.toMatchObject({ code: 'LOCKED' })
    await servers.settle()
    expect(await next).toBe('b')
  })
})
