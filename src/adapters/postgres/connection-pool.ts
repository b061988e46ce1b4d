import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import { Pool, types, type PoolClient, type QueryResult } from 'pg'
import { StateError } from '#state/state-error.ts'
import { isAfterFailure, isTimeout, toStateError } from './database-errors.ts'
import { fromStoredText, toStoredText } from './stored-text.ts'

export interface PoolLimits {
  /** Open connections at most. */
  readonly connections: number
  /** How long to wait for a connection, in milliseconds. */
  readonly connectMs: number
  /** How long one statement may take, in milliseconds; 0: any time. */
  readonly statementMs: number
  /** How long its answer may take more than that, in milliseconds, before the way is given up. */
  readonly answerMs: number
  /** How long a transaction may stay open without a statement, in milliseconds. */
  readonly idleInTransactionMs: number
  /** What a transaction sees that does not say otherwise. Default: as if there were no others. */
  readonly isolation?: 'serializable' | 'read committed'
}

/** Connections at this moment, and what did not come in time. */
export interface PoolUse {
  readonly open: number
  readonly idle: number
  /** Calls that wait for one. */
  readonly waiting: number
  readonly limit: number
  /** How often a connection, a statement or its answer took too long, since the start. */
  readonly timeouts: number
}

export interface ConnectionPool extends PostgresPool {
  use(): PoolUse
}

const idleMs = 60_000
const keepAliveAfterMs = 10_000

const int8 = 20
const text = 25

/** Times in milliseconds and counts are exact as numbers. */
function parserOf(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === int8) return Number
  if (oid === text) return fromStoredText
  return types.getTypeParser(oid, format ?? 'text') as (value: string) => unknown
}

/** What each connection begins with. What the URL itself sets comes before, and loses. */
export function withSettings(
  url: string,
  limits: Pick<PoolLimits, 'statementMs' | 'idleInTransactionMs' | 'isolation'>,
): string {
  const given = /[?&]options=([^&]*)/.exec(url)?.[1] ?? ''
  const settings = Object.entries({
    // A transaction that another one disturbs is rolled back, and done again.
    default_transaction_isolation: (limits.isolation ?? 'serializable').replace(' ', '\\ '),
    // What has resolved is on the disk.
    synchronous_commit: 'on',
    statement_timeout: limits.statementMs,
    idle_in_transaction_session_timeout: limits.idleInTransactionMs,
    // A client that is gone without a word gives up its locks within half a minute.
    tcp_keepalives_idle: 10,
    tcp_keepalives_interval: 5,
    tcp_keepalives_count: 4,
  }).map(([name, value]) => `-c ${name}=${value}`)
  const ours = encodeURIComponent(` ${settings.join(' ')}`)
  return `${url}${url.includes('?') ? '&' : '?'}options=${given}${ours}`
}

export const howToWriteURL =
  'the address of the database cannot be read: write postgres://user:password@host:5432/database, and other characters than letters and digits of the password as %40 for @'

/** The name of a database in messages: without a password, and what follows a question mark. */
export const whereOf = (url: string): string =>
  url.replace(/^([^:]+:\/\/[^:@/]*):.*@/s, '$1@').replace(/\?.*$/s, '')

/**
 * Connections to PostgreSQL, opened when they are needed, and again when they were lost. A method
 * rejects with a `StateError` if the database cannot be used now.
 */
export function createConnectionPool(url: string, limits: PoolLimits): ConnectionPool {
  const where = whereOf(url)
  const pool = new Pool({
    connectionString: withSettings(url, limits),
    application_name: 'jetsam',
    max: limits.connections,
    connectionTimeoutMillis: limits.connectMs,
    idleTimeoutMillis: idleMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveAfterMs,
    // The network may lose an answer without a word.
    ...(limits.statementMs === 0 ? {} : { query_timeout: limits.statementMs + limits.answerMs }),
    types: { getTypeParser: parserOf },
  })
  // A connection that is lost while nothing uses it: the pool opens another.
  pool.on('error', () => {})
  let timeouts = 0
  const failed = (error: unknown): void => {
    if (isTimeout(error)) timeouts += 1
  }
  return {
    async connect() {
      try {
        return guarded(await pool.connect(), where, failed)
      } catch (error) {
        failed(error)
        // Without the cause, which holds the whole address.
        if (error instanceof TypeError) throw new StateError('UNAVAILABLE', howToWriteURL)
        throw toStateError(where, error)
      }
    },
    end: () => pool.end(),
    use: () => ({
      open: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
      limit: limits.connections,
      timeouts,
    }),
  }
}

const stored = (value: unknown): unknown =>
  typeof value === 'string' ? toStoredText(value) : value

/** A connection for one statement or transaction. */
function guarded(
  client: PoolClient,
  where: string,
  failed: (error: unknown) => void,
): PostgresPoolClient {
  let isLost = false
  /** What has made the present transaction impossible. */
  let failure: unknown = null

  // Lost between two statements: the next one reports it. Without a listener, the process would end.
  const noticeLoss = (): void => {
    isLost = true
  }
  client.on('error', noticeLoss)

  async function query<Row>(
    statement: string,
    values: readonly unknown[],
  ): Promise<PostgresQueryResult<Row>> {
    try {
      const answer: QueryResult | QueryResult[] = await client.query(statement, values.map(stored))
      // Of several statements in one, the last one's is meant.
      const result = Array.isArray(answer) ? answer.at(-1) : answer
      if (result === undefined) throw new StateError('DAMAGED', 'a statement had no result')
      // A transaction with a failed statement answers to "commit" that it was rolled back.
      if (statement === 'commit' && result.command === 'ROLLBACK') throw failure
      if (statement.startsWith('rollback')) failure = null
      return result as PostgresQueryResult<Row>
    } catch (error) {
      if (isAfterFailure(error) && failure !== null) throw failure
      failed(error)
      const known = toStateError(where, error)
      failure = known
      // Such a connection, which may still wait for an answer, serves no other call.
      if (known instanceof StateError && known.code === 'UNAVAILABLE') isLost = true
      throw known
    }
  }
  return {
    query: query as PostgresPoolClient['query'],
    release() {
      client.off('error', noticeLoss)
      client.release(isLost)
    },
  }
}
