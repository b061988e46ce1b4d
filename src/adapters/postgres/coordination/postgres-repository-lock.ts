import { AgreementError } from '#coordination/agreement-error.ts'
import { GivenUp, unlessGivenUp } from '#coordination/given-up.ts'
import type { HeldLock, RunLocked } from '#coordination/repository-lock.ts'
import { createSerialQueue, type RunSerially } from '#coordination/serial-queue.ts'
import type { IsGivenUp, Wait } from '#domain/time/clock.ts'
import { createStopwatch } from '#domain/time/stopwatch.ts'
import { StoreError } from '#storage/errors.ts'
import type { ChangingTag } from './agreement-steps.ts'
import { createClosedForNow } from './closed-for-now.ts'
import type { Membership } from './membership.ts'
import type { Clocks } from './steady-clocks.ts'
import { persist } from './persist.ts'
import type { AcquiredLock, LockTable, NotAcquired } from './tag-changes.ts'

export interface PostgresRepositoryLockOptions {
  readonly locks: LockTable
  readonly membership: Membership
  readonly clocks: Clocks
  readonly wait: Wait
  /** Aborts when this server ends. */
  readonly closed: AbortSignal
  /** How long an act waits for another server, in milliseconds. Default 1 min. */
  readonly patienceMs?: number
  /** How long one waits for what is closed because a server has ended. Default: not at all. */
  readonly closedPatienceMs?: number
}

/** How often to ask again for what another server holds. */
const askMs = 50
/** A beat finds out whether the holder of a lock has ended: one that waits so long asks for it. */
const askWhoLivesMs = 500
/** Each server beats every five seconds: one that has not for so long may have ended. */
const silentMs = 10_000
/** An answer of the storage that is being noted is noted soon, or the database does not answer. */
const notingMs = 1000

const superseded = (repository: string): AgreementError =>
  new AgreementError(
    'LOCKED',
    `another server has taken over the changes of ${repository}, because this one was silent for too long: try again`,
  )

const doesNotEnd = (repository: string): AgreementError =>
  new AgreementError('LOCKED', `another server changes ${repository}, and does not end: try again`)

const holderIsSilent = (repository: string, quietMs: number, leftMs: number): AgreementError =>
  new AgreementError(
    'LOCKED',
    `${repository} takes no changes: the server that is changing it has said nothing for ${Math.round(quietMs / 1000)} s. If it has ended, the others go on without it in ${Math.ceil(leftMs / 1000)} s: try again then; pulls go on`,
    leftMs,
  )

const notNoted = (repository: string, tag: string): AgreementError =>
  new AgreementError(
    'LOCKED',
    `an earlier change of ${tag} in ${repository} is still being noted: try again soon`,
  )

/** A store that answers so has not made the change, and will not. */
const isAnswer = (error: unknown): boolean => error instanceof StoreError && error.code !== 'FAILED'

/** Locks of several servers. The acts of one server come in their order; no connection is held. */
export function createPostgresRepositoryLock(options: PostgresRepositoryLockOptions): RunLocked {
  const { locks, membership, clocks, wait, closed } = options
  const { patienceMs = 60_000, closedPatienceMs = 0 } = options
  const queues = new Map<string, { readonly run: RunSerially; waiting: number }>()
  const closedForNow = createClosedForNow(membership, clocks)
  const stopwatch = () => createStopwatch({ nowMs: clocks.monotonicMs })

  /** @param ask null: not yet. It throws if there is nothing to wait for */
  async function untilGiven<T>(ask: () => Promise<T | null>): Promise<T> {
    for (;;) {
      membership.current()
      const next = Promise.race([membership.changed(), wait(askMs)])
      const given = await ask()
      if (given !== null) return given
      await next
    }
  }

  /** Waits for the first try alone. */
  const settled = (act: () => Promise<void>): Promise<void> =>
    act().catch(() => void persist(closed, wait, act))

  /** Throws if it is not worth to wait for the answers to earlier changes. */
  function expectSoonChanged(
    repository: string,
    changing: readonly ChangingTag[],
    waitedMs: number,
  ): void {
    const unsettled = changing.filter(({ isUnsettled }) => isUnsettled)
    const [first = changing[0]] = unsettled
    if (first === undefined || waitedMs < closedPatienceMs) return
    if (unsettled.length > 0) {
      const batches = unsettled.map(({ batch }) => batch)
      throw closedForNow('LOCKED', `${first.tag} of ${repository} cannot be changed`, batches)
    }
    if (waitedMs >= notingMs) throw notNoted(repository, first.tag)
  }

  /** Throws if it is not worth to wait for a lock. */
  function expectSoonGiven(repository: string, refused: NotAcquired, waitedMs: number): void {
    if ('closedBy' in refused) {
      if (waitedMs < closedPatienceMs) return
      throw closedForNow('LOCKED', `${repository} takes no changes`, refused.closedBy)
    }
    const quietMs = refused.heldBy === null ? 0 : membership.silentMs(refused.heldBy)
    if (quietMs >= silentMs && waitedMs >= closedPatienceMs) {
      throw holderIsSilent(repository, quietMs, Math.max(0, membership.countedOutMs - quietMs))
    }
    if (waitedMs >= patienceMs) throw doesNotEnd(repository)
  }

  const heldLock = (
    repository: string,
    { token, wasLeftUnfinished }: AcquiredLock,
    leaveUnfinished: () => void,
  ): HeldLock => ({
    wasLeftUnfinished,
    leaveUnfinished,
    async expectSettled(tags) {
      if (tags.length === 0) return
      const elapsedMs = stopwatch()
      await untilGiven(async () => {
        const changing = await locks.changing(repository, tags)
        expectSoonChanged(repository, changing, elapsedMs())
        return changing.length === 0 ? true : null
      })
    },
    async changeTags(changes, send) {
      if (changes.length === 0) return await send()
      const elapsedMs = stopwatch()
      const entered = await untilGiven(async () => {
        const answer = await locks.enter(membership.current(), { repository, token, changes })
        if (typeof answer !== 'object') return answer
        expectSoonChanged(repository, answer, elapsedMs())
        return null
      })
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

  async function acquire(
    repository: string,
    { elapsedMs, isGivenUp }: Wanted,
  ): Promise<AcquiredLock> {
    const server = membership.current()
    let isAsked = false
    return await untilGiven(async () => {
      if (isGivenUp()) throw new GivenUp()
      const answer = await locks.acquire(server, repository)
      if (answer === null || 'token' in answer) return answer
      expectSoonGiven(repository, answer, elapsedMs())
      if (!isAsked && elapsedMs() >= askWhoLivesMs) {
        isAsked = true
        membership.beat().catch(() => {})
      }
      return null
    })
  }

  async function whileHeld<T>(
    repository: string,
    act: (lock: HeldLock) => Promise<T>,
    wanted: Wanted,
  ): Promise<T> {
    const acquired = await acquire(repository, wanted)
    const { token } = acquired
    let how: 'finished' | 'unfinished' | 'untouched' = 'untouched'
    try {
      wanted.begin()
      how = 'finished'
      return await act(heldLock(repository, acquired, () => (how = 'unfinished')))
    } finally {
      await settled(() => locks.release(repository, token, how))
    }
  }

  return async (repository, act, isGivenUp) => {
    const elapsedMs = stopwatch()
    const queue = queues.get(repository) ?? { run: createSerialQueue(), waiting: 0 }
    queues.set(repository, queue)
    queue.waiting += 1
    const ended = () => {
      queue.waiting -= 1
      if (queue.waiting === 0) queues.delete(repository)
    }
    return await unlessGivenUp(isGivenUp, wait, (begin) => {
      const wanted = { elapsedMs, begin, isGivenUp: isGivenUp ?? (() => false) }
      return queue.run(() => whileHeld(repository, act, wanted)).finally(ended)
    })
  }
}

/** An act that waits for its lock. */
interface Wanted {
  /** Since it asked. */
  readonly elapsedMs: () => number
  /** Its turn has come. Throws if it was given up. */
  readonly begin: () => void
  readonly isGivenUp: IsGivenUp
}
