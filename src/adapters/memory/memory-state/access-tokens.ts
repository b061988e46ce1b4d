import type { AccessTokens } from '#state/access-tokens.ts'
import { StateError } from '#state/state-error.ts'
import type { Changed, Tables } from './tables.ts'

export const createMemoryAccessTokens = (
  { accounts, accessTokens }: Tables,
  changed: Changed,
): AccessTokens => ({
  async add(token) {
    if (!accounts.has(token.accountName)) {
      throw new StateError('NO_SUCH_ACCOUNT', `there is no account "${token.accountName}"`)
    }
    for (const { accountName, name } of accessTokens.values()) {
      if (accountName === token.accountName && name === token.name) return false
    }
    accessTokens.set(token.id, token)
    changed()
    return true
  },

  async find(id) {
    return accessTokens.get(id) ?? null
  },

  async findBySecret(secretHash) {
    for (const token of accessTokens.values()) if (token.secretHash === secretHash) return token
    return null
  },

  async list(accountName) {
    return [...accessTokens.values()]
      .filter((token) => accountName === undefined || token.accountName === accountName)
      .toSorted((one, other) => one.createdAtMs - other.createdAtMs || (one.id < other.id ? -1 : 1))
  },

  async setLastUsed(id, atMs) {
    const token = accessTokens.get(id)
    if (token === undefined) return
    accessTokens.set(id, { ...token, lastUsedAtMs: atMs })
    changed()
  },

  async remove(id) {
    const removed = accessTokens.delete(id)
    if (removed) changed()
    return removed
  },
})
