import type { Kysely } from 'kysely'
import type { Grant } from '#domain/access-level.ts'
import type { CollectionPolicy } from '#domain/collection-policy.ts'
import type { MissedRuns, Settings } from '#state/settings.ts'
import type { Database } from './schema.ts'

type SettingName =
  | 'schedule'
  | 'policy'
  | 'scheduler seen ms'
  | 'missed runs'
  | 'anonymous grants'
  | 'bearer key'

export function createSqlSettings(db: Kysely<Database>): Settings {
  async function read<T>(name: SettingName): Promise<T | null> {
    const row = await db
      .selectFrom('settings')
      .select('value_json')
      .where('name', '=', name)
      .executeTakeFirst()
    return row ? (JSON.parse(row.value_json) as T) : null
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
    schedule: () => read<string>('schedule'),
    setSchedule: (schedule) => write('schedule', schedule),
    policy: () => read<CollectionPolicy>('policy'),
    setPolicy: (policy) => write('policy', policy),
    schedulerSeenMs: () => read<number>('scheduler seen ms'),
    setSchedulerSeenMs: (seenMs) => write('scheduler seen ms', seenMs),
    missedRuns: () => read<MissedRuns>('missed runs'),
    setMissedRuns: (missed) => write('missed runs', missed),
    anonymousGrants: async () => (await read<Grant[]>('anonymous grants')) ?? [],
    setAnonymousGrants: (grants) => write('anonymous grants', grants),
    bearerKey: () => read<string>('bearer key'),
    setBearerKey: (key) => write('bearer key', key),
  }
}
