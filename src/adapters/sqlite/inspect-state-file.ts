import Libsql from 'libsql'
import { StateError } from '#state/state-error.ts'
import { migrations } from './migrate.ts'

export interface StateFileReport {
  /** Migrations that the next start makes. */
  readonly pending: number
}

const busyTimeoutMs = 2000

/**
 * Reads a state, changes nothing, and may run beside a server. Rejects with a `StateError` if it is
 * damaged, or of a newer version.
 */
export async function inspectStateFile(path: string): Promise<StateFileReport> {
  try {
    const file = new Libsql(path, { readonly: true, timeout: busyTimeoutMs })
    try {
      const [check] = file.pragma('quick_check(1)') as { quick_check: string }[]
      if (check?.quick_check !== 'ok') throw new Error(check?.quick_check ?? 'no answer')
      const rows = file.prepare('select name from kysely_migration').all() as { name: string }[]
      const known = Object.keys(migrations)
      if (rows.some(({ name }) => !known.includes(name))) {
        const message = `the state in ${path} was written by a newer version of Jetsam: start that version, or restore an older backup`
        throw new StateError('NEWER_SCHEMA', message)
      }
      return { pending: known.length - rows.length }
    } finally {
      file.close()
    }
  } catch (cause) {
    if (cause instanceof StateError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `the state in ${path} cannot be read (${reason}): check its permissions, or restore a backup of it`
    throw new StateError('DAMAGED', message, { cause })
  }
}
