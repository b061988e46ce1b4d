import { setTimeout as wait } from 'node:timers/promises'
import { StateError } from '#state/state-error.ts'
import { whereOf } from './connection-pool.ts'
import { toStateError } from './database-errors.ts'
import { connect } from './database-hold.ts'

/** One number for each schema of a database. */
const turnKey = "hashtextextended('jetsam joins in ' || current_schema(), 0)"

/** As long as others may take to start. */
const tries = 120
const everyMs = 500

/**
 * Lets one of several servers start at a time: who comes first claims the storage for all of them.
 * Rejects with a `StateError` if the others do not get ready. Resolves to the end of the turn.
 */
export async function takeTurnToJoin(url: string, what: string): Promise<() => Promise<void>> {
  const where = whereOf(url)
  const client = await connect(url, what)
  try {
    for (let count = 1; ; count += 1) {
      const { rows } = await client.query<{ isOurs: boolean }>(
        `select pg_try_advisory_lock(${turnKey}) as "isOurs"`,
      )
      if (rows[0]?.isOurs === true) return () => client.end()
      if (count === tries) {
        throw new StateError(
          'FAILED',
          `another server on the database at ${where} has been starting for a minute: see whether it hangs, and start this one again`,
        )
      }
      await wait(everyMs)
    }
  } catch (error) {
    await client.end()
    throw toStateError(where, error)
  }
}
