import type { Accounts } from '#state/accounts.ts'
import { StateError } from '#state/state-error.ts'
import type { Changed, Tables } from './tables.ts'

const byCodeUnits = (one: string, other: string): number => (one < other ? -1 : Number(one > other))

export const createMemoryAccounts = (tables: Tables, changed: Changed): Accounts => ({
  async find(name) {
    return tables.accounts.get(name) ?? null
  },

  async findWithAccess(name) {
    const account = tables.accounts.get(name)
    if (account === undefined) return null
    const publicGrants = tables.settings.anonymousGrants
    return { account, grants: tables.grants.get(name) ?? [], publicGrants }
  },

  async list() {
    return [...tables.accounts.values()].toSorted((one, other) => byCodeUnits(one.name, other.name))
  },

  async create(account) {
    if (tables.accounts.has(account.name)) return false
    tables.accounts.set(account.name, account)
    changed()
    return true
  },

  async update(name, change) {
    const account = tables.accounts.get(name)
    if (account === undefined) return false
    tables.accounts.set(name, { ...account, ...change })
    changed()
    return true
  },

  async remove(name) {
    if (!tables.accounts.delete(name)) return false
    tables.grants.delete(name)
    for (const { tokenHash, accountName } of tables.sessions.values()) {
      if (accountName === name) tables.sessions.delete(tokenHash)
    }
    for (const { id, accountName } of tables.accessTokens.values()) {
      if (accountName === name) tables.accessTokens.delete(id)
    }
    changed()
    return true
  },

  async grantsOf(name) {
    return tables.grants.get(name) ?? []
  },

  async setGrants(name, grants) {
    if (!tables.accounts.has(name)) {
      throw new StateError('NO_SUCH_ACCOUNT', `there is no account "${name}"`)
    }
    const sorted = grants.toSorted((one, other) => byCodeUnits(one.scope, other.scope))
    tables.grants.set(name, sorted)
    changed()
  },
})
