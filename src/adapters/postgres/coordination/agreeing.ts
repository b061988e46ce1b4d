import { sql, type Kysely, type RawBuilder } from 'kysely'
import { escapeLiteral } from 'pg'
import { AgreementError } from '#coordination/agreement-error.ts'
import { StateError } from '#state/state-error.ts'
import { isRolledBack } from '../database-errors.ts'
import type { Transaction } from './agreement-steps.ts'

const lockNumber = 0x4a65_7473
/** The name of the channel of notifications, in SQL: names are short, and schemas may not be. */
export const channel = `'jetsam_' || md5(current_schema())`

const howToJoin =
  'this server is no longer one of the servers of this registry: it joins again by itself as soon as the database answers; try again'

export const notOneOfTheServers = (): AgreementError => new AgreementError('CUT_OFF', howToJoin)

/**
 * Runs a transaction beside others that share the lock, or alone. Every change of what is condemned
 * or sentenced, of who leads, and of who is a server, is made alone: for those beside it, it is made
 * in one step. The lock ends with the transaction, whatever becomes of the connection.
 */
export const agreeing = <T>(
  db: Kysely<unknown>,
  how: 'shared' | 'alone',
  act: (tx: Transaction) => Promise<T>,
): Promise<T> =>
  committed(db, async (tx) => {
    await takeLock(how).execute(tx)
    return await act(tx)
  })

const takeLock = (how: 'shared' | 'alone'): RawBuilder<unknown> =>
  sql.raw(
    `select pg_advisory_xact_lock${how === 'shared' ? '_shared' : ''}(${lockNumber}, hashtext(current_schema()))`,
  )

/**
 * As `agreeing`, with one wait for the database: the lock, and one statement, which sees what was
 * committed before it had the lock. It has no parameters: see `texts`.
 */
export const agreeingAtOnce = <Row>(
  db: Kysely<unknown>,
  how: 'shared' | 'alone',
  statement: RawBuilder<Row>,
): Promise<Row> => undisturbed(() => one(db, sql<Row>`${takeLock(how)}; ${statement}`))

/** Texts within a statement that is sent together with others. */
export const texts = (values: readonly string[]): RawBuilder<readonly string[]> =>
  sql.raw(`array[${values.map((value) => escapeLiteral(value)).join(', ')}]::text[]`)

/** Each try of those that wait for each other ends one of them. */
const maximumTries = 20

/**
 * A transaction, each of whose statements sees all that was committed before it. Where two wait for
 * each other, as for what both pardon, PostgreSQL rolls one back, which is done again.
 */
export const committed = <T>(
  db: Kysely<unknown>,
  act: (tx: Transaction) => Promise<T>,
): Promise<T> =>
  undisturbed(() => db.transaction().setIsolationLevel('read committed').execute(act))

/** A single statement that is a transaction of its own, which takes one wait for the database. */
export const committedAtOnce = (
  db: Kysely<unknown>,
  statement: RawBuilder<unknown>,
): Promise<void> =>
  undisturbed(async () => {
    await statement.execute(db)
  })

async function undisturbed<T>(act: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act()
    } catch (error) {
      if (!isRolledBack(error) || tries === maximumTries) throw error
    }
  }
}

/** Of a statement that always has a row. */
export async function one<Row>(tx: Transaction, statement: RawBuilder<Row>): Promise<Row> {
  const { rows } = await statement.execute(tx)
  const [row] = rows
  if (row === undefined) throw new StateError('DAMAGED', 'a row of the agreement is missing')
  return row
}

/** Tells servers that wait. They find out by themselves if they are not told. */
export const wake = async (tx: Transaction): Promise<void> => {
  await sql`select pg_notify(${sql.raw(channel)}, '')`.execute(tx)
}
