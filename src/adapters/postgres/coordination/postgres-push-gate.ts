import { createChangeSignal } from '#coordination/change-signal.ts'
import type {
  GateClosing,
  GateKeeper,
  GateRefusal,
  GateRequest,
  PushGate,
} from '#coordination/push-gate.ts'
import { createWriters } from '#coordination/push-writers.ts'
import { createSerialQueue } from '#coordination/serial-queue.ts'
import { CollectionError } from '#domain/collection/collection-error.ts'
import { longestHoldMs } from '#domain/policy/collection-policy.ts'
import type { Clock, Wait } from '#domain/time/clock.ts'
import { createStopwatch } from '#domain/time/stopwatch.ts'
import type { ServerId } from './agreement-steps.ts'
import type { GateReports, GateState, GateTable } from './gate-table.ts'
import type { Membership } from './membership.ts'
import { persist } from './persist.ts'
import { serversAreSilent } from './silent-servers.ts'
import type { Clocks } from './steady-clocks.ts'

export interface PostgresPushGateOptions {
  readonly table: GateTable
  readonly membership: Membership
  /** Of the pushes. */
  readonly clock: Clock
  readonly wait: Wait
  /** Of the servers. */
  readonly clocks: Clocks
  /** Waits until the other servers may have said something. Default: `wait`. */
  readonly waitForServers?: Wait
  /** Aborts when this server ends. */
  readonly closed: AbortSignal
  /** How long a collection waits for the other servers, in milliseconds. Default 2 min. */
  readonly barrierMs?: number
}

/** How often a wait checks the stop signal, idle pushes, and what other servers say. */
const lookMs = 200
/** A collection does not wait for a push that made no call for this long. */
const idleMs = 5_000
/** How often a push asks for what the other servers have not said yet. */
const maximumAsks = 10

const keptOutAlready = () =>
  new CollectionError('GATE_CLOSED', 'another collection keeps pushes out already')

const openedByOthers = () =>
  new CollectionError(
    'SERVERS_SILENT',
    'this server was silent for too long, so the others let pushes in again; nothing was removed: see whether it reaches the database, and start the collection again',
  )

/**
 * The gate of several servers. While it is open, no push asks the database: each server hears of a
 * gate that closes, and says so, before the collection relies on it.
 */
export function createPostgresPushGate(options: PostgresPushGateOptions): PushGate & GateKeeper {
  const { table, membership, clock, wait, clocks, closed, barrierMs = 120_000 } = options
  const { waitForServers = wait } = options
  const writers = createWriters(clock, idleMs)
  const opened = createChangeSignal()
  const inTurn = createSerialQueue()
  let known: GateState = { number: -1, state: 'open', mode: 'reject-pushes', remainingMs: null }
  let opensAtMs: number | null = null
  /** A collection of this server keeps pushes out, or begins to: the others may not know it yet. */
  let own: { readonly mode: GateClosing['mode']; readonly begun: Promise<unknown> } | null = null
  let isOpening = false

  const state = (): GateState['state'] =>
    own !== null && known.state === 'open' ? 'closing' : known.state

  function learn(gate: GateState): void {
    if (gate.number < known.number) return
    const isNews = gate.number > known.number || gate.remainingMs !== known.remainingMs
    known = gate
    if (isNews && own === null) say(gate.remainingMs)
    if (state() === 'open') opened.fire()
  }

  function say(remainingMs: number | null): void {
    opensAtMs = remainingMs === null ? null : clock.nowMs() + remainingMs
  }

  const report = (server: ServerId, number: number): Promise<void> =>
    table.report(server, number, {
      repositories: writers.repositoriesUnderWay(),
      isCommitting: writers.committing(),
    })

  membership.follow({
    heard({ gate, isNew }) {
      // The number of an earlier life of the database may be larger.
      if (isNew) known = { ...known, number: -1 }
      learn(gate)
    },
    async act(server, { gate }) {
      if (gate.state !== 'open') await report(server, gate.number)
    },
  })

  /** Whether a push that this server does not know goes on at another one. */
  async function isUnderWayElsewhere(repository: string): Promise<boolean> {
    await own?.begun
    const { number } = known
    for (let asks = 1; asks <= maximumAsks; asks += 1) {
      const answer = await table.joinPush(membership.current(), number, repository)
      if (answer !== 'unknown') return answer
      await waitForServers(lookMs)
    }
    return false
  }

  async function admits({ repository }: GateRequest): Promise<boolean> {
    if (state() === 'open') return true
    if (state() === 'closed') return false
    // Only while the gate is closing: what a running push still needs in order to finish.
    return writers.underWayIn(repository) || (await isUnderWayElsewhere(repository))
  }

  const refusal = (): GateRefusal => ({
    entered: false,
    secondsLeft:
      opensAtMs === null ? null : Math.max(1, Math.ceil((opensAtMs - clock.nowMs()) / 1000)),
  })

  const patienceOf = ({ patienceMs }: GateRequest): number => {
    const mode = own?.mode ?? known.mode
    return patienceMs ?? (state() !== 'open' && mode === 'hold-pushes' ? longestHoldMs : 0)
  }

  /** The reports of all servers, once all know how the gate is. Null: the signal stopped it. */
  async function allReports(number: number, { signal }: GateClosing): Promise<GateReports | null> {
    const elapsedMs = createStopwatch({ nowMs: clocks.monotonicMs })
    for (;;) {
      await report(membership.current(), number)
      const reports = await table.reports(number)
      if (reports === null) throw openedByOthers()
      if (reports.missing === 0) return reports
      if (signal?.aborted) return null
      if (elapsedMs() >= barrierMs) throw serversAreSilent(reports.missing)
      await waitForServers(lookMs)
    }
  }

  /** Resolves to why there is nothing to wait for any more. */
  async function pushesFinish(
    number: number,
    next: GateClosing,
    elapsedMs: () => number,
  ): Promise<'closed' | 'stopped' | 'busy'> {
    for (;;) {
      const changed = writers.changed()
      const reports = await allReports(number, next)
      if (reports?.isUnderWay === false) return 'closed'
      if (reports === null || next.signal?.aborted) return 'stopped'
      const leftMs = next.maximumWaitMs - elapsedMs()
      if (leftMs <= 0) return reports.isCommitting ? 'busy' : 'closed'
      await Promise.race([changed, wait(Math.min(leftMs, lookMs))])
    }
  }

  async function begin({ mode }: GateClosing): Promise<number> {
    const closing = await table.beginClosing(membership.current(), mode)
    if (closing === null) throw keptOutAlready()
    learn(closing)
    say(null)
    return closing.number
  }

  function letIn(mine: typeof own): void {
    // Who waits stays out if the next collection has begun.
    if (own === mine) own = null
    if (state() === 'open') opened.fire()
  }

  async function openAgain(): Promise<void> {
    if (state() === 'open') return
    const mine = own
    isOpening = true
    await inTurn(async () => {
      // Nothing else opens it while this server lives.
      await persist(closed, wait, async () => {
        const now = await table.open(known.number)
        if (now !== null) learn(now)
      })
      isOpening = false
      letIn(mine)
    })
  }

  let isSaying = false
  async function sayToAll(remainingMs: number | null): Promise<void> {
    if (isSaying) return
    isSaying = true
    // The next estimate comes soon.
    await table.estimate(known.number, remainingMs).catch(() => {})
    isSaying = false
  }

  return {
    async enter(request) {
      const elapsedMs = createStopwatch(clock)
      for (;;) {
        membership.current()
        const next = opened.next()
        // The gate may have been closed while others were asked.
        if ((await admits(request)) && state() !== 'closed') break
        const leftMs = patienceOf(request) - elapsedMs()
        if (leftMs <= 0) return refusal()
        await Promise.race([next, wait(leftMs)])
      }
      return { entered: true, ...writers.admit(request) }
    },

    async close(next) {
      if (state() !== 'open' && !isOpening) throw keptOutAlready()
      const beginning = inTurn(() => begin(next))
      const mine = { mode: next.mode, begun: beginning.catch(() => {}) }
      own = mine
      const elapsedMs = createStopwatch(clock)
      try {
        const number = await beginning
        const ended = await pushesFinish(number, next, elapsedMs)
        const now = await table.close(number)
        if (now === null) throw openedByOthers()
        learn(now)
        return ended === 'stopped' ? ended : await pushesFinish(now.number, next, elapsedMs)
      } catch (error) {
        if (known.state === 'open') letIn(mine)
        else await openAgain()
        throw error
      }
    },

    estimate(remainingMs) {
      say(remainingMs)
      void sayToAll(remainingMs)
    },
    open: openAgain,
  }
}
