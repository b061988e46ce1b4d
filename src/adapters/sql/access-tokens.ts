import type { Kysely, Selectable } from 'kysely'
import { repositoryActions } from '#domain/access/repository-action.ts'
import type { AccessTokens, StoredAccessToken } from '#state/access-tokens.ts'
import { StateError } from '#state/state-error.ts'
import { isForeignKeyError } from './columns.ts'
import type { Database } from './schema.ts'
import type { SqlDialect } from './sql-dialect.ts'
import { stringsOf } from '#domain/values/json-fields.ts'
import { readJson } from './stored-json.ts'

const toAccessToken = (row: Selectable<Database['access_tokens']>): StoredAccessToken => ({
  id: row.id,
  accountName: row.account_name,
  name: row.name,
  secretHash: row.secret_hash,
  // An unreadable value allows nothing.
  repositories: stringsOf(readJson(row.repositories_json)),
  actions: repositoryActions.filter((action) =>
    stringsOf(readJson(row.actions_json)).includes(action),
  ),
  createdAtMs: row.created_at_ms,
  expiresAtMs: row.expires_at_ms,
  lastUsedAtMs: row.last_used_at_ms,
})

export const createSqlAccessTokens = (db: Kysely<Database>, dialect: SqlDialect): AccessTokens => ({
  async add(token) {
    try {
      const insertion = db
        .insertInto('access_tokens')
        .values({
          id: token.id,
          account_name: token.accountName,
          name: token.name,
          secret_hash: token.secretHash,
          repositories_json: JSON.stringify(token.repositories),
          actions_json: JSON.stringify(token.actions),
          created_at_ms: token.createdAtMs,
          expires_at_ms: token.expiresAtMs,
          last_used_at_ms: token.lastUsedAtMs,
        })
        .onConflict((conflict) => conflict.columns(['account_name', 'name']).doNothing())
      const { numInsertedOrUpdatedRows } = await dialect.refusable(db, () =>
        insertion.executeTakeFirstOrThrow(),
      )
      return numInsertedOrUpdatedRows === 1n
    } catch (cause) {
      if (!isForeignKeyError(cause)) throw cause
      const message = `there is no account "${token.accountName}"`
      throw new StateError('NO_SUCH_ACCOUNT', message, { cause })
    }
  },

  async find(id) {
    const row = await db
      .selectFrom('access_tokens')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row ? toAccessToken(row) : null
  },

  async findBySecret(secretHash) {
    const row = await db
      .selectFrom('access_tokens')
      .selectAll()
      .where('secret_hash', '=', secretHash)
      .executeTakeFirst()
    return row ? toAccessToken(row) : null
  },

  async list(accountName) {
    const all = db.selectFrom('access_tokens').selectAll()
    const wanted = accountName === undefined ? all : all.where('account_name', '=', accountName)
    const rows = await wanted.execute()
    return rows
      .map(toAccessToken)
      .toSorted((one, other) => one.createdAtMs - other.createdAtMs || (one.id < other.id ? -1 : 1))
  },

  async setLastUsed(id, atMs) {
    await db
      .updateTable('access_tokens')
      .set({ last_used_at_ms: atMs })
      .where('id', '=', id)
      .execute()
  },

  async remove(id) {
    const { numDeletedRows } = await db
      .deleteFrom('access_tokens')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return numDeletedRows === 1n
  },
})
