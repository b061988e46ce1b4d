import { createHash, randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  createAuthentication,
  type Authentication,
  type AuthenticationDeps,
} from './authentication.ts'
import { createFirstAdministrator } from './first-administrator.ts'
import {
  accountNames,
  changeAccount,
  createAccount,
  findAccount,
  setAccountGrants,
  type AccountDeps,
} from './accounts.ts'
import { createAccountTurns } from './account-queues.ts'
import { createTestWorld, startMs } from '#testing/builders/test-world.ts'

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
const hasher = {
  hash: async (password: string) => `hash:${password}`,
  verify: async (password: string, hash: string) => hash === `hash:${password}`,
}
const admin = { name: 'ada', from: '192.0.2.7' }
const bob = { name: 'bob', password: 'bobs password', isAdmin: false }

let world: ReturnType<typeof createTestWorld>
let authentication: Authentication

let deps: AccountDeps & AuthenticationDeps

beforeEach(async () => {
  world = createTestWorld()
  deps = { ...world, hasher, randomBytes, sha256, accountTurns: createAccountTurns() }
  authentication = createAuthentication(deps)
  await createFirstAdministrator(deps, 'ada', 'adas password')
})

const refusedAs = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) })
const isRight = async (name: string, password: string) =>
  (await authentication.withPassword(name, password, null)).ok
async function signIn(name: string, password: string): Promise<string> {
  const answer = await authentication.signIn(name, password, null)
  if (!answer.ok) throw new Error(answer.refusal.message)
  return answer.value.token
}
const isSignedIn = async (token: string) => (await authentication.withSession(token)) !== null
const lines = async () =>
  (await world.recorded())
    .slice(1)
    .map(({ kind, actor, from, subject, detail }) =>
      [actor, from, kind, subject, detail].filter((part) => part !== null).join(' | '),
    )

describe('a new account', () => {
  test('can sign in, and is recorded with creator and address', async () => {
    expect(await createAccount(deps, bob, admin)).toEqual({
      ok: true,
      value: {
        name: 'bob',
        isAdmin: false,
        isActive: true,
        createdAtMs: startMs,
        lastSignedInAtMs: null,
        grants: [],
      },
    })
    expect(await isRight('bob', 'bobs password')).toBe(true)
    await createAccount(deps, { ...bob, name: 'eve', isAdmin: true }, admin)
    expect(await lines()).toEqual([
      'ada | 192.0.2.7 | account created | bob',
      'ada | 192.0.2.7 | account created | eve | as an administrator',
    ])
  })

  test('is refused with a name that is taken, and nothing changes', async () => {
    await createAccount(deps, bob, admin)
    const again = { ...bob, password: 'another password', isAdmin: true }
    expect(await createAccount(deps, again, admin)).toEqual(refusedAs('ACCOUNT_EXISTS'))
    expect(await isRight('bob', 'another password')).toBe(false)
    expect(await findAccount(deps, 'bob')).toMatchObject({ isAdmin: false })
  })

  test.each([
    [{ name: 'a:b' }, 'INVALID_ACCOUNT_NAME'],
    [{ name: '' }, 'INVALID_ACCOUNT_NAME'],
    [{ password: 'short' }, 'INVALID_PASSWORD'],
    [{ password: 'password1' }, 'INVALID_PASSWORD'],
  ])('is refused with %j', async (changed, code) => {
    expect(await createAccount(deps, { ...bob, ...changed }, admin)).toEqual(refusedAs(code))
    expect(await accountNames(deps)).toEqual(['ada'])
  })

  test('has the time of its last sign-in', async () => {
    await createAccount(deps, bob, admin)
    world.moveClock(5)
    await signIn('bob', bob.password)
    world.moveClock(5)
    await isRight('bob', bob.password)
    expect(await findAccount(deps, 'bob')).toMatchObject({ lastSignedInAtMs: startMs + 5 })
  })
})

describe('a change', () => {
  beforeEach(async () => {
    await createAccount(deps, bob, admin)
  })

  test('of the password ends the old one, and every session', async () => {
    const token = await signIn('bob', bob.password)
    await changeAccount(deps, 'bob', { password: 'a new password' }, admin)
    expect(await isSignedIn(token)).toBe(false)
    expect(await isRight('bob', bob.password)).toBe(false)
    expect(await isRight('bob', 'a new password')).toBe(true)
    expect(await lines()).toContain('ada | 192.0.2.7 | password changed | bob')
    expect(JSON.stringify(await world.recorded())).not.toContain('a new password')
  })

  test('to inactive locks the account until it is active again, with new sessions', async () => {
    const token = await signIn('bob', bob.password)
    await changeAccount(deps, 'bob', { isActive: false }, admin)
    expect([await isSignedIn(token), await isRight('bob', bob.password)]).toEqual([false, false])
    await changeAccount(deps, 'bob', { isActive: true }, admin)
    expect([await isSignedIn(token), await isRight('bob', bob.password)]).toEqual([false, true])
    expect((await lines()).filter((line) => line.includes('abled'))).toEqual([
      'ada | 192.0.2.7 | account disabled | bob',
      'ada | 192.0.2.7 | account enabled | bob',
    ])
  })

  test('without a difference is not recorded, and ends nothing', async () => {
    const token = await signIn('bob', bob.password)
    const before = await lines()
    await changeAccount(deps, 'bob', { isActive: true, isAdmin: false }, admin)
    await changeAccount(deps, 'bob', {}, admin)
    expect(await lines()).toEqual(before)
    expect(await isSignedIn(token)).toBe(true)
  })

  test('of an unknown account is refused', async () => {
    expect(await changeAccount(deps, 'eve', {}, admin)).toEqual(refusedAs('NO_SUCH_ACCOUNT'))
    expect(await setAccountGrants(deps, 'eve', [], admin)).toEqual(refusedAs('NO_SUCH_ACCOUNT'))
  })

  test.each([{ isAdmin: false }, { isActive: false }, { isAdmin: false, isActive: false }])(
    'to %j is refused for the last active administrator',
    async (change) => {
      await createAccount(deps, { ...bob, name: 'gone', isAdmin: true }, admin)
      await changeAccount(deps, 'gone', { isActive: false }, admin)
      const both = { ...change, password: 'a new password' }
      expect(await changeAccount(deps, 'ada', both, admin)).toEqual(refusedAs('LAST_ADMINISTRATOR'))
      expect(await findAccount(deps, 'ada')).toMatchObject({ isAdmin: true, isActive: true })
      expect(await isRight('ada', 'adas password')).toBe(true)
      await changeAccount(deps, 'bob', { isAdmin: true }, admin)
      expect((await changeAccount(deps, 'ada', change, admin)).ok).toBe(true)
    },
  )

  test('of two administrators who demote each other at the same time succeeds once', async () => {
    await changeAccount(deps, 'bob', { isAdmin: true }, admin)
    const [one, other] = await Promise.all([
      changeAccount(deps, 'bob', { isAdmin: false }, admin),
      changeAccount(deps, 'ada', { isAdmin: false }, { name: 'bob', from: null }),
    ])
    expect([one.ok, other.ok]).toEqual([true, false])
  })
})

describe('access', () => {
  test('is replaced as a whole, and the difference is recorded', async () => {
    await createAccount(deps, bob, admin)
    const grants = [
      { scope: 'team/app', accessLevel: 'read-write' },
      { scope: 'library', accessLevel: 'read-only' },
    ] as const
    await setAccountGrants(deps, 'bob', grants, admin)
    await setAccountGrants(deps, 'bob', [{ scope: 'team/app', accessLevel: 'admin' }], admin)
    await setAccountGrants(deps, 'bob', [{ scope: 'team/app', accessLevel: 'admin' }], admin)
    expect((await findAccount(deps, 'bob'))?.grants).toEqual([
      { scope: 'team/app', accessLevel: 'admin' },
    ])
    expect((await lines()).slice(1)).toEqual([
      'ada | 192.0.2.7 | access changed | bob | library: none → read-only; team/app: none → read-write',
      'ada | 192.0.2.7 | access changed | bob | library: read-only → none; team/app: read-write → admin',
    ])
  })

  test('is refused as a whole if one grant is wrong', async () => {
    await createAccount(deps, bob, admin)
    const grants = [
      { scope: 'team', accessLevel: 'admin' },
      { scope: 'Team!', accessLevel: 'admin' },
    ]
    expect(await setAccountGrants(deps, 'bob', grants, admin)).toMatchObject({
      refusal: { code: 'INVALID_GRANT', field: 'grants.1.scope' },
    })
    expect((await findAccount(deps, 'bob'))?.grants).toEqual([])
  })
})
