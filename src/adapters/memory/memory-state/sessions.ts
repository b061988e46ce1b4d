import type { Sessions, StoredSession } from '#state/sessions.ts'
import { StateError } from '#state/state-error.ts'
import type { Changed, Tables } from './tables.ts'

export function createMemorySessions({ accounts, sessions }: Tables, changed: Changed): Sessions {
  function removeWhere(isOver: (session: StoredSession) => boolean): void {
    for (const session of sessions.values()) {
      if (isOver(session)) sessions.delete(session.tokenHash)
    }
    changed()
  }

  return {
    async add(session) {
      if (!accounts.has(session.accountName)) {
        throw new StateError('NO_SUCH_ACCOUNT', `there is no account "${session.accountName}"`)
      }
      sessions.set(session.tokenHash, session)
      changed()
    },

    async find(tokenHash) {
      return sessions.get(tokenHash) ?? null
    },

    async remove(tokenHash) {
      removeWhere((session) => session.tokenHash === tokenHash)
    },

    async removeAllOf(accountName, exceptTokenHash) {
      removeWhere(
        (session) => session.accountName === accountName && session.tokenHash !== exceptTokenHash,
      )
    },

    async removeExpired(nowMs) {
      removeWhere((session) => session.expiresAtMs <= nowMs)
    },
  }
}
