import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AgreementError } from '#coordination/agreement-error.ts'
import type { RunLocked } from '#coordination/repository-lock.ts'
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
import { agreementSteps, stepsOfLateStores } from './agreement-steps.ts'
import { createPostgresRepositoryLock } from './postgres-repository-lock.ts'

/** What the storage does, and when: it may sit on a request of a server that is gone. */
describe.skipIf(findPostgres() === null)('locks over a storage that does things late', () => {
  let postgres: ThrowawayPostgres
  let servers: AgreeingServers
  beforeAll(async () => {
    postgres = await startThrowawayPostgres()
    servers = await openAgreeingServers(await postgres.newURL())
  })
  beforeEach(() => servers.reset())
  afterAll(async () => {
    await servers.close()
    await postgres.remove()
  })

  const lockOf = (server: AgreeingServer): RunLocked =>
    createPostgresRepositoryLock({ ...server, patienceMs: 0 })

  const isLeftUnfinished = (server: AgreeingServer, repository = 'team/app') =>
    lockOf(server)(repository, async ({ wasLeftUnfinished }) => wasLeftUnfinished)

  const reasonOf = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => 'given',
      (error: unknown) =>
        error instanceof AgreementError
          ? `${error.code}: ${error.message.replace(/ until .*/, '')}`
          : '',
    )

  const stillClosed = 'LOCKED: team/app takes no changes'

  /** It dies while it holds the lock. */
  async function dieHolding(server: AgreeingServer): Promise<void> {
    await server.locks.acquire(server.membership.current(), 'team/app')
    server.kill()
    await servers.silence()
  }

  test('are not given on before what a dead holder sent can no longer come', async () => {
    const first = await servers.start('the first', { steps: stepsOfLateStores })
    const second = await servers.start('the second', { steps: stepsOfLateStores })
    expect(await isLeftUnfinished(first, 'team/other')).toBe(false)
    await dieHolding(first)
    expect(await reasonOf(isLeftUnfinished(second))).toBe(stillClosed)
    // What it had ended is free.
    expect(await isLeftUnfinished(second, 'team/other')).toBe(false)
    // One that starts now is told the same.
    const third = await servers.start('the third', { steps: stepsOfLateStores })
    expect(await reasonOf(isLeftUnfinished(third))).toBe(stillClosed)
    await servers.settle()
    expect(await isLeftUnfinished(third)).toBe(true)
    expect(await isLeftUnfinished(second)).toBe(false)
  })

  test('are given on as late where the holder says that it has not ended what it began', async () => {
    const first = await servers.start('the first', { steps: stepsOfLateStores })
    const second = await servers.start('the second', { steps: stepsOfLateStores })
    await lockOf(first)('team/app', async (lock) => lock.leaveUnfinished())
    expect(await reasonOf(isLeftUnfinished(first))).toBe(stillClosed)
    expect(await reasonOf(isLeftUnfinished(second))).toBe(stillClosed)
    await servers.settle()
    expect(await isLeftUnfinished(second)).toBe(true)
  })

  test('are given on at once where the storage does nothing late', async () => {
    const first = await servers.start('the first', { steps: agreementSteps })
    const second = await servers.start('the second', { steps: agreementSteps })
    await dieHolding(first)
    expect(await isLeftUnfinished(second)).toBe(true)
  })

  /**
   * A deletion is noted before it removes anything, and who finds a note finishes it. The first
   * server notes one, dies, and the note comes late; the second one has pushed since.
   */
  async function noteComesLate(steps: typeof agreementSteps): Promise<boolean> {
    const registry = { isTagged: true, isNoted: false }
    const finish = (): void => {
      if (registry.isNoted) registry.isTagged = false
      registry.isNoted = false
    }
    const first = await servers.start('the first', { steps })
    const second = await servers.start('the second', { steps })
    await dieHolding(first)
    const push = async (): Promise<boolean> =>
      (await reasonOf(
        lockOf(second)('team/app', async ({ wasLeftUnfinished }) => {
          if (wasLeftUnfinished) finish()
          registry.isTagged = true
        }),
      )) === 'given'
    let isPushed = await push()
    // As late as the storage may do it.
    registry.isNoted = true
    await servers.settle()
    isPushed ||= await push()
    // The next start looks for notes everywhere.
    finish()
    return isPushed && registry.isTagged
  }

  test('let no deletion that comes late take what was pushed since', async () => {
    expect(await noteComesLate(stepsOfLateStores)).toBe(true)
    await servers.reset()
    // Without the rule it is lost.
    expect(await noteComesLate(agreementSteps)).toBe(false)
  })
})
