import { StateError } from '#state/state-error.ts'

/** What is asked of a server before anything is stored there. */
export interface ServerSettings {
  /** 150018 is 15.18. */
  readonly version: number
  readonly encoding: string
  readonly isolation: string
  readonly is_read_only: string
  /** Null: no schema of the search path can be used. */
  readonly schema: string | null
  readonly may_create: boolean | null
  readonly user_name: string
}

export const settingsQuery = `
  select current_setting('server_version_num')::int as version,
    current_setting('server_encoding') as encoding,
    current_setting('default_transaction_isolation') as isolation,
    current_setting('transaction_read_only') as is_read_only,
    current_schema() as schema,
    has_schema_privilege(current_schema(), 'create') as may_create,
    current_user as user_name`

/** The oldest that its makers still mend. */
export const oldestVersion = 14

export const dropsSettings =
  'drops the settings of a connection: connect to PostgreSQL itself, not to a pooler such as PgBouncer'

/** Why a server cannot hold a state, and what to do about it; null: it can. */
export function unusableBecause(settings: ServerSettings): string | null {
  const { version, schema, user_name: user } = settings
  if (version < oldestVersion * 10_000) {
    return `runs PostgreSQL ${Math.floor(version / 10_000)}: it takes ${oldestVersion} or later`
  }
  if (settings.encoding !== 'UTF8') {
    return 'does not store every character: create it with the encoding UTF8'
  }
  if (settings.isolation !== 'serializable') return dropsSettings
  if (settings.is_read_only === 'on') {
    return 'is read-only, as a standby is: connect to the primary server'
  }
  if (schema === null) {
    return 'has no schema for this user: create the one that the search path names'
  }
  return settings.may_create === true
    ? null
    : `does not let the user ${user} create tables: run grant create on schema ${schema} to ${user}`
}

/** The schema of the connection. Rejects with a `StateError` if the server cannot hold a state. */
export function expectUsable(settings: ServerSettings | undefined, where: string): string {
  const reason = settings === undefined ? 'says nothing of itself' : unusableBecause(settings)
  if (reason !== null) throw new StateError('UNAVAILABLE', `the database at ${where} ${reason}`)
  return settings?.schema ?? ''
}
