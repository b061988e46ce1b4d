import type { Kysely, Selectable } from 'kysely'
import { textOr } from '#domain/values/json-fields.ts'
import type { RetentionPolicies, StoredPolicyVersion } from '#state/retention-policies.ts'
import { inTransaction } from './columns.ts'
import type { Database } from './schema.ts'
import { readJson } from './stored-json.ts'

const toVersion = (row: Selectable<Database['retention_policies']>): StoredPolicyVersion => ({
  scope: row.scope,
  version: row.version,
  // Damaged: a text that is no policy, which keeps everything.
  text: row.text_json === null ? null : textOr(readJson(row.text_json), ''),
  format: row.format,
  savedAtMs: row.saved_at_ms,
  savedBy: row.saved_by,
})

const selectNewest = (db: Kysely<Database>) =>
  db
    .selectFrom('retention_policies as policy')
    .selectAll('policy')
    .where('policy.version', '=', (query) =>
      query
        .selectFrom('retention_policies as other')
        .select(({ fn }) => fn.max('other.version').as('version'))
        .whereRef('other.scope', '=', 'policy.scope'),
    )

export const createSqlRetentionPolicies = (db: Kysely<Database>): RetentionPolicies => ({
  async newest() {
    const rows = await selectNewest(db).orderBy('policy.scope').execute()
    return rows.map(toVersion)
  },

  async newestOf(scopes) {
    if (scopes.length === 0) return []
    const rows = await selectNewest(db).where('policy.scope', 'in', scopes).execute()
    return rows.map(toVersion)
  },

  async versions(scope) {
    const rows = await db
      .selectFrom('retention_policies')
      .selectAll()
      .where('scope', '=', scope)
      .orderBy('version', 'desc')
      .execute()
    return rows.map(toVersion)
  },

  add: ({ scope, version, text, format, savedAtMs, savedBy }) =>
    inTransaction(db, async (transaction) => {
      const newest = await selectNewest(transaction)
        .where('policy.scope', '=', scope)
        .executeTakeFirst()
      if ((newest?.version ?? 0) !== version - 1) return false
      await transaction
        .insertInto('retention_policies')
        .values({
          scope,
          version,
          text_json: text === null ? null : JSON.stringify(text),
          format,
          saved_at_ms: savedAtMs,
          saved_by: savedBy,
        })
        .execute()
      return true
    }),
})
