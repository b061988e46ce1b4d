import { sql, type Kysely } from 'kysely'
import { agreeing } from '#adapters/postgres/coordination/agreeing.ts'
import { createAgreement } from '#adapters/postgres/coordination/create-agreement.ts'
import type { Agreement } from '#adapters/postgres/coordination/agreement.ts'
import type { AgreementSteps } from '#adapters/postgres/coordination/agreement-steps.ts'
import {
  createMembership,
  membershipTimes,
  type Membership,
} from '#adapters/postgres/coordination/membership.ts'
import {
  openAgreement,
  type AgreementConnections,
} from '#adapters/postgres/coordination/open-agreement.ts'
import type { Clocks } from '#adapters/postgres/coordination/steady-clocks.ts'
import {
  createToldDigests,
  type ToldDigests,
} from '#adapters/postgres/coordination/told-digests.ts'
import { createLockTable, type LockTable } from '#adapters/postgres/coordination/tag-changes.ts'
import { createSerialQueue } from '#coordination/serial-queue.ts'
import type { Wait } from '#domain/time/clock.ts'

/** One of several servers, which lives in this process and beats when the test says so. */
export interface AgreeingServer {
  readonly agreement: Agreement
  readonly membership: Membership
  readonly told: ToldDigests
  readonly locks: LockTable
  readonly db: Kysely<unknown>
  readonly clocks: Clocks
  readonly wait: Wait
  readonly closed: AbortSignal
  /** From now on it beats no more. What it does is still done. */
  freeze(): void
  thaw(): void
  /** It ends, as a process that is killed. */
  kill(): void
}

export interface AgreeingServers {
  /** The time of requests, which passes when a test says so. */
  readonly time: { nowMs: number }
  start(name: string, options?: { readonly steps?: AgreementSteps }): Promise<AgreeingServer>
  /** All servers that are not frozen beat once, in their order. */
  beat(): Promise<void>
  /** So much time passes for the servers that are not frozen. */
  pass(ms: number): Promise<void>
  /** So much time passes by the clocks of the servers that they count out who is silent. */
  silence(): Promise<void>
  /** So much time passes that no request to the store can still be applied. */
  settle(): Promise<void>
  /** Nothing is agreed on any more, and no server is left. */
  reset(): Promise<void>
  close(): Promise<void>
}

interface Entry {
  readonly server: AgreeingServer
  passedMs: number
  isFrozen: boolean
}

const tables = [
  'servers',
  'keys',
  'intents',
  'reach',
  'locks',
  'tags',
  'terms',
  'changes',
  'pushes',
]

/** Servers that agree in a database, over clocks that the test moves. */
export async function openAgreeingServers(url: string): Promise<AgreeingServers> {
  const connections: AgreementConnections = await openAgreement(url)
  const db = connections.calls
  const time = { nowMs: 0 }
  let servers: Entry[] = []

  /** A beat that has begun ends before all is forgotten: it could join. */
  const inTurn = createSerialQueue()

  const beat = (): Promise<void> =>
    inTurn(async () => {
      for (const entry of servers) {
        if (!entry.isFrozen && !entry.server.closed.aborted) await entry.server.membership.beat()
      }
    })

  /** In steps so small that those who beat do not lapse. */
  async function pass(ms: number): Promise<void> {
    const stepMs = membershipTimes.lapseMs / 2
    for (let left = ms; left > 0; left -= stepMs) {
      // A frozen machine has its clocks frozen too.
      for (const entry of servers) if (!entry.isFrozen) entry.passedMs += Math.min(left, stepMs)
      await beat()
    }
  }

  return {
    time,
    async start(name, { steps } = {}) {
      const agreement = createAgreement(db, steps)
      const machine = { passedMs: 0, isFrozen: false }
      const clocks: Clocks = {
        monotonicMs: () => machine.passedMs,
        wallMs: () => machine.passedMs,
      }
      const told = createToldDigests({ clock: { nowMs: () => time.nowMs } })
      const membership = createMembership({ agreement, name, clocks, told })
      const closing = new AbortController()
      await membership.beat()
      const server: AgreeingServer = {
        agreement,
        membership,
        told,
        locks: createLockTable(db, steps),
        db,
        clocks,
        wait: () => new Promise((resolve) => setImmediate(resolve)),
        closed: closing.signal,
        freeze: () => void (machine.isFrozen = true),
        thaw: () => void (machine.isFrozen = false),
        kill() {
          closing.abort()
          servers = servers.filter(({ server: other }) => other !== server)
        },
      }
      servers.push(Object.assign(machine, { server }))
      return server
    },
    beat,
    pass,
    async silence() {
      await beat()
      await pass(membershipTimes.lapseMs + membershipTimes.marginMs)
    },
    async settle() {
      await beat()
      await pass(membershipTimes.storeMs)
    },
    async reset() {
      for (const { server } of servers) server.kill()
      await inTurn(() =>
        agreeing(db, 'alone', async (tx) => {
          // Of a few rows, faster than to truncate.
          for (const table of tables) await sql.raw(`delete from agreement_${table}`).execute(tx)
          await sql`update agreement_lead set server = null`.execute(tx)
          await sql`update agreement_gate set state = 'open', server = null`.execute(tx)
        }),
      )
    },
    close: () => connections.close(),
  }
}
