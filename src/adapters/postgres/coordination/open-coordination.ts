import type { ChangeFeed } from '#coordination/change-feed.ts'
import type { Coordination } from '#coordination/coordination.ts'
import type { Clock, Wait } from '#domain/time/clock.ts'
import type { OtherServer } from './agreement.ts'
import { agreementSteps, stepsOfLateStores } from './agreement-steps.ts'
import { createChangeFeed } from './change-feed.ts'
import { createAgreement } from './create-agreement.ts'
import { createGateTable } from './gate-table.ts'
import { keepBeating } from './keep-beating.ts'
import {
  createMembership,
  type Membership,
  type MembershipOptions,
  type MembershipTimes,
} from './membership.ts'
import { openAgreement } from './open-agreement.ts'
import { createPostgresBlobLeases } from './postgres-blob-leases.ts'
import { createPostgresPushGate } from './postgres-push-gate.ts'
import { createPostgresRepositoryLock } from './postgres-repository-lock.ts'
import type { Moment } from './steady-clocks.ts'
import { createLockTable } from './tag-changes.ts'
import { createToldDigests } from './told-digests.ts'

export interface CoordinationOptions extends Pick<MembershipOptions, 'name' | 'clocks' | 'times'> {
  readonly clock: Clock
  readonly wait: Wait
  readonly fence: {
    readonly name: string
    /** This server may write for so long from this moment on. */
    extend(from: Moment, ms: number): void
    take(fence: string): Promise<void>
    hasEnded(fence: string): Promise<boolean>
  }
  readonly times: MembershipTimes
  /** Whether a request of a server that is gone may come late, as in a bucket. Default: none may. */
  readonly hasLateRequests?: boolean
  /** The others do without this server: it must end at once. */
  readonly onCountedOut: () => void
  /** The database does not answer; null: it answers again. */
  readonly onReach?: (failure: unknown) => void
}

/** What is known of the others, as of the last beat. */
export interface AgreementReach {
  /** Null while the database answers. */
  readonly failure: unknown
  /** How many servers there are, this one among them. */
  readonly servers: number
  /** Their names, for people. */
  readonly others: readonly string[]
  /** Whether this server may answer for all of them. */
  readonly isCurrent: boolean
}

export interface OpenCoordination extends Coordination {
  readonly membership: Membership
  readonly feed: ChangeFeed
  reach(): AgreementReach
  /** Calls a function each time that this server has counted out another one. */
  whenGone(act: (name: string) => void): void
  /** The fences of all servers, as of the last beat. */
  fences(): readonly string[]
  /** Leaves the other servers. Call it when nothing is answered any more. */
  close(): Promise<void>
}

/** How long the others may take to hear of a change. */
const feedMs = 24 * 3_600_000
/** How often what is old is forgotten: in beats. */
const forgetEvery = 100

/**
 * Joins the servers that agree in a database, and is what they agree on. Rejects with a `StateError`
 * if the database cannot be used.
 *
 * @param url `postgres://user:password@host:port/database`
 */
export async function openCoordination(
  url: string,
  options: CoordinationOptions,
): Promise<OpenCoordination> {
  const { name, clock, clocks, wait, times, fence, onReach } = options
  const connections = await openAgreement(url)
  const steps = options.hasLateRequests === true ? stepsOfLateStores : agreementSteps
  const closing = new AbortController()
  const told = createToldDigests({ clock })
  const whenGone: ((name: string) => void)[] = []
  // Beats, and all that they bring, have a connection of their own.
  const beats = createMembership({
    agreement: createAgreement(connections.beats, steps),
    name,
    fence: fence.name,
    takeFence: fence.take,
    hasEnded: fence.hasEnded,
    onCountedOut: options.onCountedOut,
    onGone({ name: gone }) {
      for (const act of whenGone) act(gone)
    },
    clocks,
    told,
    times,
  })
  const agreement = createAgreement(connections.calls, steps)
  const feed = createChangeFeed(connections.calls)
  const { forget } = createChangeFeed(connections.beats)
  let failure: unknown = null
  let others: readonly OtherServer[] = []
  let beatCount = 0

  beats.follow({
    heard(news) {
      fence.extend(news.sentAt, times.lapseMs)
      if (!news.isNew) ({ others } = news)
      if (failure !== null) onReach?.(null)
      failure = null
    },
    async act() {
      beatCount += 1
      if (beatCount % forgetEvery === 0) await forget(feedMs)
    },
  })
  const shared = { membership: beats, clocks, wait, closed: closing.signal }
  const gate = createPostgresPushGate({
    ...shared,
    table: createGateTable(connections.beats),
    clock,
  })
  const leases = createPostgresBlobLeases({
    ...shared,
    agreement,
    told,
    endsIntents: times.lagMs !== undefined,
  })
  const runLocked = createPostgresRepositoryLock({
    ...shared,
    locks: createLockTable(connections.calls, steps),
  })

  try {
    // As a member first, then with all others known.
    await beats.beat()
    await beats.beat()
  } catch (error) {
    closing.abort()
    await connections.close()
    throw error
  }
  const beating = keepBeating({
    url,
    membership: beats,
    onFailure(error) {
      if (failure === null) onReach?.(error)
      failure = error
    },
  })

  return {
    gate,
    leases,
    runLocked,
    membership: beats,
    feed,
    reach: () => ({
      failure,
      servers: others.length + 1,
      others: others.map((other) => other.name),
      isCurrent: isCurrent(beats),
    }),
    whenGone: (act) => void whenGone.push(act),
    fences: () => [fence.name, ...others.map((other) => other.fence)],
    async close() {
      closing.abort()
      await beating.close()
      await connections.close()
    },
  }
}

function isCurrent(membership: Membership): boolean {
  try {
    membership.current()
    return true
  } catch {
    return false
  }
}
