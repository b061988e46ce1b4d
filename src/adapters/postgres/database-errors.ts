import { DatabaseError } from 'pg'
import { StateError } from '#state/state-error.ts'
import { dropsSettings } from './server-settings.ts'

/** Two transactions touched the same, and this one was rolled back: it may be done again. */
const rolledBack: ReadonlySet<string> = new Set(['40001', '40P01'])

export const isRolledBack = (error: unknown): boolean =>
  error instanceof DatabaseError && rolledBack.has(error.code ?? '')

/** A statement that came after the one that failed. */
export const isAfterFailure = (error: unknown): boolean =>
  error instanceof DatabaseError && error.code === '25P02'

/**
 * A statement that took too long, or was held up so long; an answer, or a connection, that did not
 * come in time. The driver tells the last two by their words alone.
 */
export const isTimeout = (error: unknown): boolean =>
  error instanceof DatabaseError
    ? error.code === '57014' || error.code === '55P03'
    : error instanceof Error &&
      /^(?:Query read timeout|timeout exceeded when trying to connect|Connection terminated due to connection timeout)$/.test(
        error.message,
      )

/** SQLSTATE codes, or the classes that they begin with, and what a person can do. */
const advice: readonly (readonly [codes: RegExp, what: string])[] = [
  [/^28/, 'refuses this user: check the name and the password'],
  [/^3D000$/, 'has no database of this name: create it, or name another'],
  [/^42501$/, 'lets this user not do what is needed: make the user the owner of the database'],
  [/^25006$/, 'is read-only, as a standby is: connect to the primary server'],
  [/^53[^1]/, 'has no connection or memory left: raise its limits, or stop other clients'],
  [/^(?:57014|55P03)$/, 'took too long: see what holds it up, and try again'],
  [/^08P01$/, dropsSettings],
  [/^(?:08|57P|58|25P03)/, 'does not answer: check that it runs and can be reached'],
]

/**
 * The `StateError` that an error of the driver means; the error itself if it is one of a statement.
 *
 * @param where the name of the database in a message
 */
export function toStateError(where: string, error: unknown): unknown {
  if (error instanceof StateError || error instanceof TypeError) return error
  const reason = error instanceof Error ? error.message : String(error)
  const fail = (code: 'UNAVAILABLE' | 'DAMAGED' | 'FULL', message: string): StateError =>
    new StateError(code, message, { cause: error })
  const unavailable = (what: string): StateError =>
    fail('UNAVAILABLE', `the database at ${where} ${what} (${reason})`)

  // Everything that does not come from the server is about the way to it.
  if (!(error instanceof DatabaseError)) {
    return unavailable('does not answer: check that it runs and can be reached')
  }
  const code = error.code ?? ''
  if (code === '53100') {
    const message = `the disk of the database at ${where} is full: remove other files from it, or add space`
    return fail('FULL', message)
  }
  if (code.startsWith('XX00')) {
    return fail(
      'DAMAGED',
      `the database at ${where} is damaged (${reason}): restore a backup of it`,
    )
  }
  const [, what] = advice.find(([codes]) => codes.test(code)) ?? []
  return what === undefined ? error : unavailable(what)
}
