import { createHash, randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { createAuthentication, type Authentication } from './authentication.ts'
import { createPeople, type People } from './people.ts'
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
let people: People

beforeEach(async () => {
  world = createTestWorld()
  const ports = { ...world, hasher, randomBytes, sha256 }
  authentication = createAuthentication(ports)
  people = createPeople({ ...ports, authentication })
  await authentication.createFirstAdministrator('ada', 'adas password')
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
    expect(await people.create(bob, admin)).toEqual({
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
    await people.create({ ...bob, name: 'eve', isAdmin: true }, admin)
    expect(await lines()).toEqual([
      'ada | 192.0.2.7 | account created | bob',
      'ada | 192.0.2.7 | account created | eve | as an administrator',
    ])
  })

  test('is refused with a name that is taken, and nothing changes', async () => {
    await people.create(bob, admin)
    const again = { ...bob, password: 'another password', isAdmin: true }
    expect(await people.create(again, admin)).toEqual(refusedAs('ACCOUNT_EXISTS'))
    expect(await isRight('bob', 'another password')).toBe(false)
    expect(await people.find('bob')).toMatchObject({ isAdmin: false })
  })

  test.each([
    [{ name: 'a:b' }, 'INVALID_ACCOUNT_NAME'],
    [{ name: '' }, 'INVALID_ACCOUNT_NAME'],
    [{ password: 'short' }, 'INVALID_PASSWORD'],
    [{ password: 'password1' }, 'INVALID_PASSWORD'],
  ])('is refused with %j', async (changed, code) => {
    expect(await people.create({ ...bob, ...changed }, admin)).toEqual(refusedAs(code))
    expect(await people.names()).toEqual(['ada'])
  })

  test('has the time of its last sign-in', async () => {
    await people.create(bob, admin)
    world.moveClock(5)
    await signIn('bob', bob.password)
    world.moveClock(5)
    await isRight('bob', bob.password)
    expect(await people.find('bob')).toMatchObject({ lastSignedInAtMs: startMs + 5 })
  })
})

describe('a change', () => {
  beforeEach(async () => {
    await people.create(bob, admin)
  })

  test('of the password ends the old one, and every session', async () => {
    const token = await signIn('bob', bob.password)
    await people.change('bob', { password: 'a new password' }, admin)
    expect(await isSignedIn(token)).toBe(false)
    expect(await isRight('bob', bob.password)).toBe(false)
    expect(await isRight('bob', 'a new password')).toBe(true)
    expect(await lines()).toContain('ada | 192.0.2.7 | password changed | bob')
    expect(JSON.stringify(await world.recorded())).not.toContain('a new password')
  })

  test('to inactive locks the account until it is active again, with new sessions', async () => {
    const token = await signIn('bob', bob.password)
    await people.change('bob', { isActive: false }, admin)
    expect([await isSignedIn(token), await isRight('bob', bob.password)]).toEqual([false, false])
    await people.change('bob', { isActive: true }, admin)
    expect([await isSignedIn(token), await isRight('bob', bob.password)]).toEqual([false, true])
    expect((await lines()).filter((line) => line.includes('abled'))).toEqual([
      'ada | 192.0.2.7 | account disabled | bob',
      'ada | 192.0.2.7 | account enabled | bob',
    ])
  })

  test('without a difference is not recorded, and ends nothing', async () => {
    const token = await signIn('bob', bob.password)
    const before = await lines()
    await people.change('bob', { isActive: true, isAdmin: false }, admin)
    await people.change('bob', {}, admin)
    expect(await lines()).toEqual(before)
    expect(await isSignedIn(token)).toBe(true)
  })

  test('of an unknown account is refused', async () => {
    expect(await people.change('eve', {}, admin)).toEqual(refusedAs('NO_SUCH_ACCOUNT'))
    expect(await people.setGrants('eve', [], admin)).toEqual(refusedAs('NO_SUCH_ACCOUNT'))
  })

  test.each([{ isAdmin: false }, { isActive: false }, { isAdmin: false, isActive: false }])(
    'to %j is refused for the last active administrator',
    async (change) => {
      await people.create({ ...bob, name: 'gone', isAdmin: true }, admin)
      await people.change('gone', { isActive: false }, admin)
      const both = { ...change, password: 'a new password' }
      expect(await people.change('ada', both, admin)).toEqual(refusedAs('LAST_ADMINISTRATOR'))
      expect(await people.find('ada')).toMatchObject({ isAdmin: true, isActive: true })
      expect(await isRight('ada', 'adas password')).toBe(true)
      await people.change('bob', { isAdmin: true }, admin)
      expect((await people.change('ada', change, admin)).ok).toBe(true)
    },
  )

  test('of two administrators who demote each other at the same time succeeds once', async () => {
    await people.change('bob', { isAdmin: true }, admin)
    const [one, other] = await Promise.all([
      people.change('bob', { isAdmin: false }, admin),
      people.change('ada', { isAdmin: false }, { name: 'bob', from: null }),
    ])
    expect([one.ok, other.ok]).toEqual([true, false])
  })
})

describe('access', () => {
  test('is replaced as a whole, and the difference is recorded', async () => {
    await people.create(bob, admin)
    const grants = [
      { scope: 'team/app', accessLevel: 'read-write' },
      { scope: 'library', accessLevel: 'read-only' },
    ] as const
    await people.setGrants('bob', grants, admin)
    await people.setGrants('bob', [{ scope: 'team/app', accessLevel: 'admin' }], admin)
    await people.setGrants('bob', [{ scope: 'team/app', accessLevel: 'admin' }], admin)
    expect((await people.find('bob'))?.grants).toEqual([
      { scope: 'team/app', accessLevel: 'admin' },
    ])
    expect((await lines()).slice(1)).toEqual([
      'ada | 192.0.2.7 | access changed | bob | library: none → read-only; team/app: none → read-write',
      'ada | 192.0.2.7 | access changed | bob | library: read-only → none; team/app: read-write → admin',
    ])
  })

  test('is refused as a whole if one grant is wrong', async () => {
    await people.create(bob, admin)
    const grants = [
      { scope: 'team', accessLevel: 'admin' },
      { scope: 'Team!', accessLevel: 'admin' },
    ]
    expect(await people.setGrants('bob', grants, admin)).toMatchObject({
      refusal: { code: 'INVALID_GRANT', field: 'grants.1.scope' },
    })
    expect((await people.find('bob'))?.grants).toEqual([])
  })
})
