import { StateError } from '#state/state-error.ts'
import { whereOf } from './connection-pool.ts'
import { connect, expectConnectionOfItsOwn, readRow } from './database-hold.ts'
import { findHolder } from './state-holders.ts'
import { toStateError } from './database-errors.ts'
import { migrations } from './migrate.ts'
import { poolLimits } from './open-up-to-date.ts'
import { expectUsable, settingsQuery, type ServerSettings } from './server-settings.ts'
import { strangersBecause, type OwnerMirror } from './storage-owner.ts'

const connectionsOfOne = poolLimits.connections + 1
/** As many for what the servers agree on, two for their beats, and one to hear of each other. */
const connectionsOfSeveral = connectionsOfOne + poolLimits.connections + 3

export interface DatabaseReport {
  /** 150018 is 15.18. */
  readonly version: number
  /** Of one question, in milliseconds. */
  readonly latencyMs: number
  readonly connections: { readonly used: number; readonly limit: number; readonly needed: number }
  /** Whether a loss of power leaves what it has confirmed. */
  readonly isDurable: boolean
  /** There is no state in it. */
  readonly isEmpty: boolean
  /** Migrations that the next start makes. */
  readonly pending: number
  /** The process that uses the state; null: none does. */
  readonly holder: string | null
  /** Why it may not be used with the storage; null: it may. */
  readonly strangers: string | null
  /** Its clock, in milliseconds since the epoch, and ours before and after. */
  readonly clockMs: number
  readonly askedAtMs: readonly [number, number]
}

interface Facts {
  readonly clock_ms: number
  readonly used: number
  readonly max: number
  readonly is_durable: boolean
  readonly has_migrations: boolean
  readonly has_owner: boolean
}

const factsQuery = `
  select (extract(epoch from clock_timestamp()) * 1000)::float8 as clock_ms,
    (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used,
    current_setting('max_connections')::int
      - current_setting('superuser_reserved_connections')::int as max,
    current_setting('fsync') = 'on' and current_setting('full_page_writes') = 'on' as is_durable,
    to_regclass('kysely_migration') is not null as has_migrations,
    to_regclass('owner') is not null as has_owner`

/**
 * Looks at a database, changes nothing, and may run beside a server. Rejects with a `StateError` if
 * it cannot be used.
 *
 * @param mirror null: there is no storage yet
 * @param isOneOfSeveral whether the server that shall use it is
 */
export async function inspectDatabase(
  url: string,
  mirror: OwnerMirror | null,
  isOneOfSeveral = false,
): Promise<DatabaseReport> {
  const where = whereOf(url)
  const client = await connect(url, 'jetsam doctor')
  try {
    const { rows: settings } = await client.query<ServerSettings>(settingsQuery)
    expectUsable(settings[0], where)
    await expectConnectionOfItsOwn(client, url)
    const startedMs = performance.now()
    const beforeMs = Date.now()
    const { rows } = await client.query<Facts>(factsQuery)
    const [askedAtMs, latencyMs] = [[beforeMs, Date.now()] as const, performance.now() - startedMs]
    const [facts] = rows
    if (facts === undefined) throw new Error('it says nothing of itself')
    const done = facts.has_migrations
      ? (await client.query<{ name: string }>('select name from kysely_migration')).rows
      : []
    const known = Object.keys(migrations)
    if (done.some(({ name }) => !known.includes(name))) {
      const message = `the state in the database at ${where} was written by a newer version of Jetsam: start that version, or restore an older backup`
      throw new StateError('NEWER_SCHEMA', message)
    }
    const row = facts.has_owner ? await readRow(client) : null
    return {
      version: settings[0]?.version ?? 0,
      latencyMs,
      connections: {
        used: facts.used,
        limit: facts.max,
        needed: isOneOfSeveral ? connectionsOfSeveral : connectionsOfOne,
      },
      isDurable: facts.is_durable,
      isEmpty: done.length === 0,
      pending: known.length - done.length,
      holder: await findHolder(client),
      strangers: mirror === null ? null : strangersBecause(row, await mirror.read()),
      clockMs: facts.clock_ms,
      askedAtMs,
    }
  } catch (error) {
    throw toStateError(where, error)
  } finally {
    await client.end()
  }
}
