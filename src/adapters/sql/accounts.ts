import type { Kysely, Selectable } from 'kysely'
import type { AccessLevel } from '#domain/access/access-level.ts'
import type { Account, Accounts } from '#state/accounts.ts'
import { StateError } from '#state/state-error.ts'
import type { Grant } from '#domain/access/access-level.ts'
import { flag, inTransaction } from './columns.ts'
import type { Database } from './schema.ts'
import { anonymousGrants, grantsOf } from './settings.ts'
import { readJson } from './stored-json.ts'

const toAccount = (row: Selectable<Database['accounts']>): Account => ({
  name: row.name,
  passwordHash: row.password_hash,
  isAdmin: row.is_admin === 1,
  isActive: row.is_active === 1,
  createdAtMs: row.created_at_ms,
})

const byCodeUnits = (one: string, other: string): number => (one < other ? -1 : Number(one > other))

const byScope = (grants: readonly Grant[]): readonly Grant[] =>
  grants.toSorted((one, other) => byCodeUnits(one.scope, other.scope))

export const createSqlAccounts = (db: Kysely<Database>): Accounts => ({
  async find(name) {
    const row = await db
      .selectFrom('accounts')
      .selectAll()
      .where('name', '=', name)
      .executeTakeFirst()
    return row ? toAccount(row) : null
  },

  // A row for each grant, and one if there is none.
  async findWithAccess(name) {
    const rows = await db
      .selectFrom('accounts')
      .leftJoin('grants', 'grants.account_name', 'accounts.name')
      .leftJoin('settings', (join) => join.on('settings.name', '=', anonymousGrants))
      .selectAll('accounts')
      .select(['grants.scope', 'grants.access_level', 'settings.value_json'])
      .where('accounts.name', '=', name)
      .execute()
    const [first] = rows
    if (first === undefined) return null
    const grants = rows.flatMap(({ scope, access_level: level }) =>
      scope === null ? [] : [{ scope, accessLevel: level as AccessLevel }],
    )
    const publicGrants = first.value_json === null ? [] : grantsOf(readJson(first.value_json))
    return { account: toAccount(first), grants: byScope(grants), publicGrants }
  },

  async list() {
    const rows = await db.selectFrom('accounts').selectAll().execute()
    // Not by the database, whose order depends on its collation.
    return rows.map(toAccount).toSorted((one, other) => byCodeUnits(one.name, other.name))
  },

  async create(account) {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('accounts')
      .values({
        name: account.name,
        password_hash: account.passwordHash,
        is_admin: flag(account.isAdmin),
        is_active: flag(account.isActive),
        created_at_ms: account.createdAtMs,
      })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .executeTakeFirstOrThrow()
    return numInsertedOrUpdatedRows === 1n
  },

  async update(name, { passwordHash, isAdmin, isActive }) {
    const { numUpdatedRows } = await db
      .updateTable('accounts')
      // Setting the name to itself keeps the statement valid when nothing else is set.
      .set((row) => ({
        name: row.ref('name'),
        ...(passwordHash === undefined ? {} : { password_hash: passwordHash }),
        ...(isAdmin === undefined ? {} : { is_admin: flag(isAdmin) }),
        ...(isActive === undefined ? {} : { is_active: flag(isActive) }),
      }))
      .where('name', '=', name)
      .executeTakeFirstOrThrow()
    return numUpdatedRows === 1n
  },

  // The other tables' foreign keys remove everything else of the account.
  async remove(name) {
    const { numDeletedRows } = await db
      .deleteFrom('accounts')
      .where('name', '=', name)
      .executeTakeFirstOrThrow()
    return numDeletedRows === 1n
  },

  async grantsOf(name) {
    const rows = await db
      .selectFrom('grants')
      .select(['scope', 'access_level'])
      .where('account_name', '=', name)
      .execute()
    return byScope(
      rows.map((row) => ({ scope: row.scope, accessLevel: row.access_level as AccessLevel })),
    )
  },

  async setGrants(name, grants) {
    await inTransaction(db, async (transaction) => {
      const account = await transaction
        .selectFrom('accounts')
        .select('name')
        .where('name', '=', name)
        .executeTakeFirst()
      if (account === undefined) {
        throw new StateError('NO_SUCH_ACCOUNT', `there is no account "${name}"`)
      }
      await transaction.deleteFrom('grants').where('account_name', '=', name).execute()
      for (const { scope, accessLevel } of grants) {
        await transaction
          .insertInto('grants')
          .values({ account_name: name, scope, access_level: accessLevel })
          .execute()
      }
    })
  },
})
