import { describe, expect, test } from 'vitest'
import { account, type OpenState } from './state-samples.ts'

export const accountsContract = (open: OpenState) =>
  describe('accounts', () => {
    test('an account reads back as it was created', async () => {
      const { accounts } = await open()
      const ada = account('ada', { isAdmin: true })
      expect(await accounts.create(ada)).toBe(true)
      expect(await accounts.find('ada')).toEqual(ada)
      expect(await accounts.find('Ada')).toBeNull()
    })

    test('a taken name is refused and nothing changes', async () => {
      const { accounts } = await open()
      await accounts.create(account('ada'))
      expect(await accounts.create(account('ada', { passwordHash: 'other' }))).toBe(false)
      expect((await accounts.find('ada'))?.passwordHash).toBe('hash of ada')
    })

    test('all are listed by code units', async () => {
      const { accounts } = await open()
      for (const name of ['b', 'ä', 'a', 'B']) await accounts.create(account(name))
      expect((await accounts.list()).map(({ name }) => name)).toEqual(['B', 'a', 'b', 'ä'])
    })

    test('an update changes only its own fields', async () => {
      const { accounts } = await open()
      await accounts.create(account('ada', { isAdmin: true }))
      await accounts.create(account('bob', { isAdmin: true }))
      expect(await accounts.update('ada', { isAdmin: false })).toBe(true)
      expect(await accounts.update('ada', { passwordHash: 'new', isActive: false })).toBe(true)
      expect(await accounts.update('ada', {})).toBe(true)
      expect(await accounts.update('eve', { isAdmin: true })).toBe(false)
      expect(await accounts.list()).toEqual([
        account('ada', { isAdmin: false, isActive: false, passwordHash: 'new' }),
        account('bob', { isAdmin: true }),
      ])
    })

    test('grants are replaced as a whole and listed by scope', async () => {
      const { accounts } = await open()
      await accounts.create(account('ada'))
      await accounts.create(account('bob'))
      await accounts.setGrants('bob', [{ scope: 'team', accessLevel: 'admin' }])
      await accounts.setGrants('ada', [{ scope: 'old', accessLevel: 'admin' }])
      await accounts.setGrants('ada', [
        { scope: 'team/app', accessLevel: 'read-write' },
        { scope: 'team', accessLevel: 'read-only' },
      ])
      expect(await accounts.grantsOf('ada')).toEqual([
        { scope: 'team', accessLevel: 'read-only' },
        { scope: 'team/app', accessLevel: 'read-write' },
      ])
      expect(await accounts.grantsOf('bob')).toHaveLength(1)
      await accounts.setGrants('ada', [])
      expect(await accounts.grantsOf('ada')).toEqual([])
    })

    test('are found with their access, and that of everybody', async () => {
      const { accounts, settings } = await open()
      const ada = account('ada')
      await accounts.create(ada)
      expect(await accounts.findWithAccess('ada')).toEqual({
        account: ada,
        grants: [],
        publicGrants: [],
      })
      const grants = [
        { scope: 'a', accessLevel: 'read-only' },
        { scope: 'b', accessLevel: 'admin' },
      ] as const
      await accounts.setGrants('ada', grants.toReversed())
      const publicGrants = [{ scope: 'open', accessLevel: 'read-only' }] as const
      await settings.setAnonymousGrants(publicGrants)
      expect(await accounts.findWithAccess('ada')).toEqual({ account: ada, grants, publicGrants })
      expect(await accounts.findWithAccess('eve')).toBeNull()
    })

    test('an unknown account has no grants and cannot get any', async () => {
      const { accounts } = await open()
      expect(await accounts.grantsOf('eve')).toEqual([])
      await expect(accounts.setGrants('eve', [])).rejects.toMatchObject({ code: 'NO_SUCH_ACCOUNT' })
    })
  })
