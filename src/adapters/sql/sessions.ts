import type { Kysely } from 'kysely'
import type { Sessions } from '#state/sessions.ts'
import { StateError } from '#state/state-error.ts'
import { isForeignKeyError } from './columns.ts'
import type { Database } from './schema.ts'
import type { SqlDialect } from './sql-dialect.ts'

export const createSqlSessions = (db: Kysely<Database>, dialect: SqlDialect): Sessions => ({
  async add(session) {
    try {
      const insertion = db.insertInto('sessions').values({
        token_hash: session.tokenHash,
        account_name: session.accountName,
        created_at_ms: session.createdAtMs,
        expires_at_ms: session.expiresAtMs,
      })
      await dialect.refusable(db, () => insertion.execute())
    } catch (cause) {
      if (!isForeignKeyError(cause)) throw cause
      throw new StateError('NO_SUCH_ACCOUNT', `there is no account "${session.accountName}"`, {
        cause,
      })
    }
  },

  async find(tokenHash) {
    const row = await db
      .selectFrom('sessions')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst()
    return row
      ? {
          tokenHash: row.token_hash,
          accountName: row.account_name,
          createdAtMs: row.created_at_ms,
          expiresAtMs: row.expires_at_ms,
        }
      : null
  },

  async remove(tokenHash) {
    await db.deleteFrom('sessions').where('token_hash', '=', tokenHash).execute()
  },

  async removeAllOf(accountName, exceptTokenHash) {
    let ended = db.deleteFrom('sessions').where('account_name', '=', accountName)
    if (exceptTokenHash !== undefined) ended = ended.where('token_hash', '!=', exceptTokenHash)
    await ended.execute()
  },

  async removeExpired(nowMs) {
    await db.deleteFrom('sessions').where('expires_at_ms', '<=', nowMs).execute()
  },
})
