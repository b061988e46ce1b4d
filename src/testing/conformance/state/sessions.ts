import { describe, expect, test } from 'vitest'
import { account, atMs, type OpenState } from './state-samples.ts'

const session = (tokenHash: string, accountName = 'ada', expiresAtMs = atMs + 10) => ({
  tokenHash,
  accountName,
  createdAtMs: atMs,
  expiresAtMs,
})

export function sessionsContract(open: OpenState) {
  async function openWithAccounts() {
    const { accounts, sessions } = await open()
    await accounts.create(account('ada'))
    await accounts.create(account('bob'))
    return sessions
  }

  describe('sessions', () => {
    test('a session is found until it is removed', async () => {
      const sessions = await openWithAccounts()
      await sessions.add(session('a'))
      await sessions.add(session('b'))
      expect(await sessions.find('a')).toEqual(session('a'))
      await sessions.remove('a')
      await sessions.remove('unknown')
      expect(await sessions.find('a')).toBeNull()
      expect(await sessions.find('b')).toEqual(session('b'))
    })

    test('all sessions of one account end together', async () => {
      const sessions = await openWithAccounts()
      await sessions.add(session('a'))
      await sessions.add(session('b', 'bob'))
      await sessions.add(session('c'))
      await sessions.removeAllOf('ada')
      expect(await Promise.all(['a', 'b', 'c'].map((hash) => sessions.find(hash)))).toEqual([
        null,
        session('b', 'bob'),
        null,
      ])
    })

    test('all but one end if one is to continue', async () => {
      const sessions = await openWithAccounts()
      await sessions.add(session('a'))
      await sessions.add(session('b'))
      await sessions.add(session('c', 'bob'))
      await sessions.removeAllOf('ada', 'b')
      await sessions.removeAllOf('bob', 'b')
      expect(await Promise.all(['a', 'b', 'c'].map((hash) => sessions.find(hash)))).toEqual([
        null,
        session('b'),
        null,
      ])
    })

    test('expired sessions are removed', async () => {
      const sessions = await openWithAccounts()
      await sessions.add(session('past', 'ada', atMs - 1))
      await sessions.add(session('now', 'ada', atMs))
      await sessions.add(session('later', 'ada', atMs + 1))
      expect(await sessions.find('past')).not.toBeNull()
      await sessions.removeExpired(atMs)
      expect(await sessions.find('past')).toBeNull()
      expect(await sessions.find('now')).toBeNull()
      expect(await sessions.find('later')).not.toBeNull()
    })

    test('no session exists without an account', async () => {
      const { sessions } = await open()
      await expect(sessions.add(session('a', 'eve'))).rejects.toMatchObject({
        code: 'NO_SUCH_ACCOUNT',
      })
    })
  })
}
