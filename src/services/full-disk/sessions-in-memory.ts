import type { Sessions, StoredSession } from '#state/sessions.ts'
import type { DeferredWrites } from './deferred-writes.ts'

/** Sessions that start and end in memory if there is no room to store them. */
export function withSessionsInMemory(
  inner: Sessions,
  { attempt, orElse, later, settled }: DeferredWrites,
): Sessions {
  const sessions = new Map<string, StoredSession>()
  const ended = new Set<string>()

  function endKept(accountName: string, exceptTokenHash: string | undefined): void {
    for (const session of sessions.values()) {
      const { tokenHash } = session
      if (session.accountName === accountName && tokenHash !== exceptTokenHash) {
        sessions.delete(tokenHash)
      }
    }
  }

  return {
    add: (session) =>
      orElse(
        () => inner.add(session),
        () => {
          sessions.set(session.tokenHash, session)
          later(async () => {
            const kept = sessions.get(session.tokenHash)
            if (kept) await inner.add(kept)
            sessions.delete(session.tokenHash)
          })
        },
      ),
    async find(tokenHash) {
      if (ended.has(tokenHash)) return null
      return sessions.get(tokenHash) ?? (await inner.find(tokenHash))
    },
    async remove(tokenHash) {
      sessions.delete(tokenHash)
      await orElse(
        () => inner.remove(tokenHash),
        () => {
          ended.add(tokenHash)
          later(async () => {
            await inner.remove(tokenHash)
            ended.delete(tokenHash)
          })
        },
      )
    },
    async removeAllOf(accountName, exceptTokenHash) {
      endKept(accountName, exceptTokenHash)
      // One of them may just be being written.
      await settled()
      await attempt(() => inner.removeAllOf(accountName, exceptTokenHash))
    },
    async removeExpired(nowMs) {
      for (const { tokenHash, expiresAtMs } of sessions.values()) {
        if (expiresAtMs <= nowMs) sessions.delete(tokenHash)
      }
      await orElse(
        () => inner.removeExpired(nowMs),
        () => {},
      )
    },
  }
}
