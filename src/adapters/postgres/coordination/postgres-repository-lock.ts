import { AgreementError } from '#coordination/agreement-error.ts'
import type { HeldLock, RunLocked } from '#coordination/repository-lock.ts'
import { createSerialQueue, type RunSerially } from '#coordination/serial-queue.ts'
import type { Wait } from '#domain/time/clock.ts'
import { createStopwatch } from '#domain/time/stopwatch.ts'
import { StoreError } from '#storage/errors.ts'
import type { Membership } from './membership.ts'
import type { Clocks } from './steady-clocks.ts'
import { persist } from './persist.ts'
import type { AcquiredLock, LockTable } from './tag-changes.ts'

export interface PostgresRepositoryLockOptions {
  readonly locks: LockTable
  readonly membership: Membership
  readonly clocks: Clocks
  readonly wait: Wait
  /** Aborts when this server ends. */
  readonly closed: AbortSignal
  /** How long an act waits for another server, in milliseconds. Default 1 min. */
  readonly patienceMs?: number
}

/** How often to ask again for what another server holds. */
const askMs = 50

const superseded = (repository: string): AgreementError =>
  new AgreementError(
    'LOCKED',
    `another server has taken over the changes of ${repository}, because this one was silent for too long: try again`,
  )

const stillClosed = (repository: string): AgreementError =>
  new AgreementError(
    'LOCKED',
    `a server that changed ${repository} has ended or failed, and the storage may still do what it was asked for: try again in half an hour; pulls go on`,
  )

/** A store that answers so has not made the change, and will not. */
const isAnswer = (error: unknown): boolean => error instanceof StoreError && error.code !== 'FAILED'

/** Locks of several servers. The acts of one server come in their order; no connection is held. */
export function createPostgresRepositoryLock(options: PostgresRepositoryLockOptions): RunLocked {
  const { locks, membership, clocks, wait, closed, patienceMs = 60_000 } = options
  const queues = new Map<string, { readonly run: RunSerially; waiting: number }>()

  async function untilGiven<T>(ask: () => Promise<T | null>, refusal: string): Promise<T> {
    const elapsedMs = createStopwatch({ nowMs: clocks.monotonicMs })
    for (;;) {
      membership.current()
      const next = Promise.race([membership.changed(), wait(askMs)])
      const given = await ask()
      if (given !== null) return given
      if (elapsedMs() >= patienceMs) throw new AgreementError('LOCKED', refusal)
      await next
    }
  }

  /** Waits for the first try alone. */
  const settled = (act: () => Promise<void>): Promise<void> =>
    act().catch(() => void persist(closed, wait, act))

  const heldLock = (
    repository: string,
    { token, wasLeftUnfinished }: AcquiredLock,
    leaveUnfinished: () => void,
  ): HeldLock => ({
    wasLeftUnfinished,
    leaveUnfinished,
    async changeTags(changes, send) {
      if (changes.length === 0) return await send()
      const entered = await untilGiven(async () => {
        const answer = await locks.enter(membership.current(), { repository, token, changes })
        return answer === 'busy' ? null : answer
      }, `an earlier change of ${repository}:${changes[0]?.tag} has no answer of the storage yet: try again in a few minutes`)
      if (entered === 'superseded') throw superseded(repository)
      let answered = true
      try {
        return await send()
      } catch (error) {
        answered = isAnswer(error)
        throw error
      } finally {
        await settled(() => locks.settle(entered, answered))
      }
    },
  })

  async function whileHeld<T>(repository: string, act: (lock: HeldLock) => Promise<T>): Promise<T> {
    const server = membership.current()
    const acquired = await untilGiven(
      () => locks.acquire(server, repository),
      `another server changes ${repository}, and does not end: try again`,
    )
    if (acquired === 'closed') throw stillClosed(repository)
    let isFinished = true
    try {
      return await act(heldLock(repository, acquired, () => (isFinished = false)))
    } finally {
      await settled(() => locks.release(repository, acquired.token, isFinished))
    }
  }

  return async (repository, act) => {
    const queue = queues.get(repository) ?? { run: createSerialQueue(), waiting: 0 }
    queues.set(repository, queue)
    queue.waiting += 1
    try {
      return await queue.run(() => whileHeld(repository, act))
    } finally {
      queue.waiting -= 1
      if (queue.waiting === 0) queues.delete(repository)
    }
  }
}
