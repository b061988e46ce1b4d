import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { GateClosing } from '#coordination/push-gate.ts'
import { agreeing, committed, notOneOfTheServers, one, wake } from './agreeing.ts'
import { agreementSteps, type ServerId, type Transaction } from './agreement-steps.ts'

/** The push gate, as all servers see it. */
export interface GateState {
  /** Grows with each change. */
  readonly number: number
  /** `closing` admits what pushes that are under way still need. */
  readonly state: 'open' | 'closing' | 'closed'
  readonly mode: GateClosing['mode']
  /** About how long it stays closed, in milliseconds, when that was last said; null: unknown. */
  readonly remainingMs: number | null
}

/** The pushes that go on at one server. */
export interface PushesUnderWay {
  readonly repositories: readonly string[]
  /** A manifest is being committed right now. */
  readonly isCommitting: boolean
}

/** What all servers have said. */
export interface GateReports {
  /** How many servers have not heard yet of how the gate is now. */
  readonly missing: number
  readonly isUnderWay: boolean
  readonly isCommitting: boolean
}

/** What servers tell each other of the gate. Each call is one transaction. */
export interface GateTable {
  /** Null while a collection keeps pushes out already. */
  beginClosing(server: ServerId, mode: GateClosing['mode']): Promise<GateState | null>
  /** Null if the gate has been opened since, because its server was silent for too long. */
  close(number: number): Promise<GateState | null>
  /** Null: it was open already. */
  open(number: number): Promise<GateState | null>
  estimate(number: number, remainingMs: number | null): Promise<void>
  /** This server acts by this state of the gate, and has these pushes. */
  report(server: ServerId, number: number, pushes: PushesUnderWay): Promise<void>
  /** Null as with `close`. Asks the servers to report again. */
  reports(number: number): Promise<GateReports | null>
  /**
   * Whether any server has a push to the repository under way, which is also noted of this one
   * then; `unknown` until all have reported.
   */
  joinPush(server: ServerId, number: number, repository: string): Promise<boolean | 'unknown'>
}

const columns = sql`number, state, mode, remaining_ms as "remainingMs"`

export const gateIn = (tx: Transaction): Promise<GateState> =>
  one(tx, sql<GateState>`select ${columns} from agreement_gate`)

async function change(
  tx: Transaction,
  to: RawBuilder<unknown>,
  where: RawBuilder<unknown>,
): Promise<GateState | null> {
  const { rows } = await sql<GateState>`update agreement_gate
    set number = number + 1, ${to} where ${where} returning ${columns}`.execute(tx)
  if (rows.length > 0) await wake(tx)
  return rows[0] ?? null
}

async function openWhere(tx: Transaction, where: RawBuilder<unknown>): Promise<GateState | null> {
  const opened = await change(tx, sql`state = 'open', server = null, remaining_ms = null`, where)
  if (opened !== null) await sql`delete from agreement_pushes`.execute(tx)
  return opened
}

/** Of a server that is no longer one of the servers. */
export async function endGateOf(tx: Transaction, server: ServerId): Promise<void> {
  await sql`delete from agreement_pushes where server = ${server}`.execute(tx)
  await openWhere(tx, sql`server = ${server}`)
}

async function missingIn(tx: Transaction, number: number): Promise<number> {
  const { missing } = await one(
    tx,
    sql<{ missing: number }>`select count(*)::int as missing
      from agreement_servers where gate_seen < ${number}`,
  )
  return missing
}

async function expectServer(tx: Transaction, server: ServerId): Promise<void> {
  if (!(await agreementSteps.isServer(tx, server))) throw notOneOfTheServers()
}

const isNow = async (tx: Transaction, number: number): Promise<boolean> =>
  (await gateIn(tx)).number === number

export const createGateTable = (db: Kysely<unknown>): GateTable => ({
  beginClosing: (server, mode) =>
    agreeing(db, 'shared', async (tx) => {
      await expectServer(tx, server)
      const closing = sql`state = 'closing', server = ${server}, mode = ${mode}`
      return await change(tx, closing, sql`state = 'open'`)
    }),

  close: (number) =>
    committed(db, (tx) => change(tx, sql`state = 'closed'`, sql`number = ${number}`)),

  open: (number) =>
    committed(db, (tx) => openWhere(tx, sql`number = ${number} and state <> 'open'`)),

  estimate: (number, remainingMs) =>
    committed(db, async (tx) => {
      await sql`update agreement_gate set remaining_ms = ${remainingMs}
          where number = ${number}`.execute(tx)
    }),

  report: (server, number, { repositories, isCommitting }) =>
    agreeing(db, 'shared', async (tx) => {
      await expectServer(tx, server)
      await sql`update agreement_servers
          set gate_seen = greatest(gate_seen, ${number}), is_committing = ${isCommitting}
          where id = ${server}`.execute(tx)
      await sql`delete from agreement_pushes where server = ${server}`.execute(tx)
      await sql`insert into agreement_pushes (server, repository)
          select ${server}, unnest(${repositories}::text[])`.execute(tx)
    }),

  reports: (number) =>
    committed(db, async (tx) => {
      if (!(await isNow(tx, number))) return null
      await wake(tx)
      const said = await one(
        tx,
        sql<Omit<GateReports, 'missing'>>`select
            exists (select 1 from agreement_pushes) as "isUnderWay",
            exists (select 1 from agreement_servers where is_committing) as "isCommitting"`,
      )
      return { ...said, missing: await missingIn(tx, number) }
    }),

  joinPush: (server, number, repository) =>
    agreeing(db, 'shared', async (tx) => {
      await expectServer(tx, server)
      if (!(await isNow(tx, number))) return false
      const { rows } = await sql`insert into agreement_pushes (server, repository)
          select ${server}, repository from agreement_pushes
          where repository = ${repository} limit 1
          on conflict (server, repository) do update set repository = excluded.repository
          returning server`.execute(tx)
      if (rows.length > 0) return true
      return (await missingIn(tx, number)) === 0 ? false : 'unknown'
    }),
})
