import type { Kysely } from 'kysely'
import type { Grant } from '#domain/access/access-level.ts'
import { parseGrants } from '#domain/access/grants.ts'
import { isFields, oneOf } from '#domain/values/json-fields.ts'
import { missedRunCauses, type MissedRuns, type Settings } from '#state/settings.ts'
import type { Database } from './schema.ts'
import { readJson } from './stored-json.ts'

type ScheduleSetting = 'schedule' | 'scheduler seen ms' | 'missed runs'

type SettingName =
  | ScheduleSetting
  | `${ScheduleSetting} of ${string}`
  | 'policy'
  | 'anonymous grants'
  | 'retention'
  | 'bearer key'

/** Collections had a schedule first: their rows do not name the kind. */
const ofKind = (setting: ScheduleSetting, kind: string): SettingName =>
  kind === 'collection' ? setting : `${setting} of ${kind}`

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

function missedRunsOf(value: unknown): MissedRuns | null {
  if (!isFields(value)) return null
  const { lastDueMs, count, sinceMs, untilMs } = value
  const numbers = [lastDueMs, count, sinceMs, untilMs]
  if (!numbers.every((one) => typeof one === 'number')) return null
  const [last = 0, missed = 0, since = 0, until = 0] = numbers
  return {
    lastDueMs: last,
    count: missed,
    sinceMs: since,
    untilMs: until,
    cause: oneOf(missedRunCauses, value.cause, 'not running'),
    message: textOf(value.message),
  }
}

/** The row of what everybody may do. */
export const anonymousGrants = 'anonymous grants' satisfies SettingName

/** All of them or none: a missing one could be the grant that protects a repository. */
export function grantsOf(value: unknown): readonly Grant[] {
  const given = Array.isArray(value) && value.every(isFields) ? value : []
  const grants = parseGrants(given.map(({ scope, accessLevel }) => ({ scope, accessLevel })))
  return grants.ok ? grants.value : []
}

export function createSqlSettings(db: Kysely<Database>): Settings {
  async function read(name: SettingName): Promise<unknown> {
    const row = await db
      .selectFrom('settings')
      .select('value_json')
      .where('name', '=', name)
      .executeTakeFirst()
    return row ? readJson(row.value_json) : null
  }

  async function write(name: SettingName, value: unknown): Promise<void> {
    const text = JSON.stringify(value)
    await db
      .insertInto('settings')
      .values({ name, value_json: text })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value_json: text }))
      .execute()
  }

  return {
    schedule: async (kind) => textOf(await read(ofKind('schedule', kind))),
    setSchedule: (kind, schedule) => write(ofKind('schedule', kind), schedule),
    policy: () => read('policy'),
    setPolicy: (policy) => write('policy', policy),
    schedulerSeenMs: async (kind) => {
      const seenMs = await read(ofKind('scheduler seen ms', kind))
      return typeof seenMs === 'number' ? seenMs : null
    },
    setSchedulerSeenMs: (kind, seenMs) => write(ofKind('scheduler seen ms', kind), seenMs),
    missedRuns: async (kind) => missedRunsOf(await read(ofKind('missed runs', kind))),
    setMissedRuns: (kind, missed) => write(ofKind('missed runs', kind), missed),
    anonymousGrants: async () => grantsOf(await read(anonymousGrants)),
    setAnonymousGrants: (grants) => write(anonymousGrants, grants),
    retention: () => read('retention'),
    setRetention: (settings) => write('retention', settings),
    bearerKey: async () => textOf(await read('bearer key')),
    setBearerKey: (key) => write('bearer key', key),
  }
}
