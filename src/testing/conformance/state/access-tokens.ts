import { describe, expect, test } from 'vitest'
import { account, atMs, token, type OpenState } from './state-samples.ts'

export function accessTokensContract(open: OpenState) {
  async function openWithAccounts() {
    const state = await open()
    await state.accounts.create(account('ada'))
    await state.accounts.create(account('bob'))
    return state
  }

  describe('access tokens', () => {
    test('a token reads back as it was added, by id and by secret', async () => {
      const { accessTokens } = await openWithAccounts()
      const full = token('a', { expiresAtMs: atMs + 5, lastUsedAtMs: atMs + 1 })
      expect(await accessTokens.add(full)).toBe(true)
      expect(await accessTokens.find('a')).toEqual(full)
      expect(await accessTokens.findBySecret('hash of a')).toEqual(full)
      expect(await accessTokens.find('hash of a')).toBeNull()
      expect(await accessTokens.findBySecret('a')).toBeNull()
    })

    test('a name is taken only within one account, and a refused token changes nothing', async () => {
      const { accessTokens } = await openWithAccounts()
      await accessTokens.add(token('a', { name: 'ci' }))
      expect(await accessTokens.add(token('b', { name: 'ci' }))).toBe(false)
      expect(await accessTokens.add(token('c', { name: 'ci', accountName: 'bob' }))).toBe(true)
      expect((await accessTokens.list()).map(({ id }) => id)).toEqual(['a', 'c'])
    })

    test('they are listed by age, all or those of an account', async () => {
      const { accessTokens } = await openWithAccounts()
      await accessTokens.add(token('c', { createdAtMs: atMs + 2 }))
      await accessTokens.add(token('b'))
      await accessTokens.add(token('a'))
      await accessTokens.add(token('d', { accountName: 'bob', createdAtMs: atMs + 1 }))
      expect((await accessTokens.list()).map(({ id }) => id)).toEqual(['a', 'b', 'd', 'c'])
      expect((await accessTokens.list('ada')).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
      expect(await accessTokens.list('eve')).toEqual([])
    })

    test('a use is written to one token and changes nothing else', async () => {
      const { accessTokens } = await openWithAccounts()
      await accessTokens.add(token('a'))
      await accessTokens.add(token('b'))
      await accessTokens.setLastUsed('a', atMs + 7)
      await accessTokens.setLastUsed('unknown', atMs)
      expect(await accessTokens.list()).toEqual([
        token('a', { lastUsedAtMs: atMs + 7 }),
        token('b'),
      ])
    })

    test('a removed token is gone, and its name is free', async () => {
      const { accessTokens } = await openWithAccounts()
      await accessTokens.add(token('a', { name: 'ci' }))
      expect(await accessTokens.remove('a')).toBe(true)
      expect(await accessTokens.remove('a')).toBe(false)
      expect(await accessTokens.findBySecret('hash of a')).toBeNull()
      expect(await accessTokens.add(token('b', { name: 'ci' }))).toBe(true)
    })

    test('none exists without an account', async () => {
      const { accessTokens } = await open()
      await expect(accessTokens.add(token('a'))).rejects.toMatchObject({ code: 'NO_SUCH_ACCOUNT' })
    })

    test('a removed account removes its tokens, sessions and grants, and no others', async () => {
      const { accounts, sessions, accessTokens } = await openWithAccounts()
      for (const accountName of ['ada', 'bob']) {
        await accessTokens.add(token(accountName, { accountName }))
        const times = { createdAtMs: atMs, expiresAtMs: atMs + 1 }
        await sessions.add({ tokenHash: accountName, accountName, ...times })
        await accounts.setGrants(accountName, [{ scope: 'team', accessLevel: 'admin' }])
      }
      expect(await accounts.remove('ada')).toBe(true)
      expect(await accounts.remove('ada')).toBe(false)
      expect((await accounts.list()).map(({ name }) => name)).toEqual(['bob'])
      expect((await accessTokens.list()).map(({ id }) => id)).toEqual(['bob'])
      expect(await sessions.find('ada')).toBeNull()
      expect(await sessions.find('bob')).not.toBeNull()
      // A later account of the same name has none of them.
      await accounts.create(account('ada'))
      expect(await accounts.grantsOf('ada')).toEqual([])
      expect(await accounts.grantsOf('bob')).toHaveLength(1)
    })
  })
}
