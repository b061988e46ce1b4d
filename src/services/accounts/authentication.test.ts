import { createHash, randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { createAuthentication, type Authentication } from './authentication.ts'
import { createFirstAdministrator } from './first-administrator.ts'
import { accessLevelOf } from './principal.ts'
import { createTestWorld } from '#testing/builders/test-world.ts'

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())

let world: ReturnType<typeof createTestWorld>
let authentication: Authentication
let verified: string[]

/** Insecure, but so fast that every call can be counted. */
const hasher = {
  hash: async (password: string) => `hash:${password}`,
  verify: async (password: string, hash: string) => {
    verified.push(hash)
    return hash === `hash:${password}`
  },
}

const refusedAs = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) })

async function addAccount(name: string, changed: { isAdmin?: boolean; isActive?: boolean } = {}) {
  await world.state.accounts.create({
    name,
    passwordHash: `hash:${name}-secret`,
    isAdmin: false,
    isActive: true,
    createdAtMs: 0,
    ...changed,
  })
}

beforeEach(async () => {
  world = createTestWorld()
  verified = []
  authentication = createAuthentication({ ...world, hasher, randomBytes, sha256 })
  await addAccount('ada', { isAdmin: true })
  await addAccount('bob')
  await addAccount('gone', { isActive: false })
  await world.state.accounts.setGrants('bob', [{ scope: 'team', accessLevel: 'read-write' }])
})

describe('a password', () => {
  test('proves an account, with its access', async () => {
    expect(await authentication.withPassword('bob', 'bob-secret', null)).toEqual({
      ok: true,
      value: {
        name: 'bob',
        isAdmin: false,
        grants: [{ scope: 'team', accessLevel: 'read-write' }],
        publicGrants: [],
        createdAtMs: 0,
        stamp: expect.stringMatching(/^[a-f0-9]{32}$/),
      },
    })
  })

  test.each([
    ['bob', 'ada-secret'],
    ['eve', 'eve-secret'],
    ['gone', 'gone-secret'],
    ['Bob', 'bob-secret'],
  ])('%s with %s is refused with the same message', async (name, password) => {
    expect(await authentication.withPassword(name, password, null)).toEqual({
      ok: false,
      refusal: { code: 'NOT_AUTHENTICATED', message: 'the name or the password is wrong' },
    })
    // An unknown name costs a hash as well, so that the time does not reveal it.
    expect(verified).toHaveLength(1)
  })

  test('that was right is not hashed again until it was unused for a day', async () => {
    for (let call = 0; call < 50; call += 1) {
      await authentication.withPassword('bob', 'bob-secret', '192.0.2.7')
      world.moveClock(23 * 3_600_000)
    }
    expect(verified).toHaveLength(1)
    world.moveClock(3_600_000)
    await authentication.withPassword('bob', 'bob-secret', '192.0.2.7')
    expect(verified).toHaveLength(2)
  })

  test.each([
    ['a name', 'n'.repeat(65), 'secret'],
    ['a name of 250 kB', 'n'.repeat(250_000), 'secret'],
    ['a password', 'bob', 'p'.repeat(1025)],
  ])(
    '%s that is too long for any account costs nothing, and is not stored',
    async (_, name, secret) => {
      const find = vi.spyOn(world.state.accounts, 'findWithAccess')
      expect(await authentication.withPassword(name, secret, null)).toEqual(
        refusedAs('NOT_AUTHENTICATED'),
      )
      expect(verified).toEqual([])
      expect(find).not.toHaveBeenCalled()
      expect(await world.recorded()).toEqual([])
    },
  )

  test('sent many times at once is hashed once, and counts as one attempt', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => authentication.withPassword('bob', 'bob-secret', null)),
    )
    expect(answers.every(({ ok }) => ok)).toBe(true)
    expect(verified).toHaveLength(1)
  })

  test('that was changed is wrong at once, and so is that of a disabled account', async () => {
    await authentication.withPassword('bob', 'bob-secret', null)
    await world.state.accounts.update('bob', { passwordHash: 'hash:new' })
    expect((await authentication.withPassword('bob', 'bob-secret', null)).ok).toBe(false)
    expect((await authentication.withPassword('bob', 'new', null)).ok).toBe(true)
    await world.state.accounts.update('bob', { isActive: false })
    expect((await authentication.withPassword('bob', 'new', null)).ok).toBe(false)
  })
})

const guess = (times: number, name = 'bob', from = '192.0.2.7') =>
  Promise.all(
    Array.from({ length: times }, (_, at) =>
      authentication.withPassword(name, `guess ${at}`, from),
    ),
  )

describe('guessing', () => {
  test('is refused after ten attempts, also concurrent ones, and also with the right password', async () => {
    const answers = await guess(15)
    expect(verified).toHaveLength(10)
    expect(answers.slice(10)).toEqual(Array(5).fill(refusedAs('TOO_MANY_ATTEMPTS')))
    expect(await authentication.withPassword('bob', 'bob-secret', '192.0.2.7')).toEqual({
      ok: false,
      refusal: {
        code: 'TOO_MANY_ATTEMPTS',
        message: 'too many failed attempts to sign in: try again in 5 minutes',
        retryAfterSeconds: 300,
      },
    })
    world.moveClock(300_000)
    expect((await authentication.withPassword('bob', 'bob-secret', '192.0.2.7')).ok).toBe(true)
  })

  test('cannot use remembered credentials', async () => {
    await authentication.withPassword('bob', 'bob-secret', '192.0.2.8')
    await guess(10)
    const answer = await authentication.withPassword('bob', 'bob-secret', '192.0.2.7')
    expect(answer).toEqual(refusedAs('TOO_MANY_ATTEMPTS'))
  })

  test('from one address does not lock others out', async () => {
    await guess(10)
    expect((await authentication.withPassword('bob', 'bob-secret', '192.0.2.8')).ok).toBe(true)
    expect((await authentication.withPassword('ada', 'ada-secret', '192.0.2.7')).ok).toBe(true)
  })

  test('many names from one address is refused after a while', async () => {
    for (let at = 0; at < 100; at += 1) await guess(1, `name ${at}`)
    const answer = await authentication.withPassword('ada', 'ada-secret', '192.0.2.7')
    expect(answer).toEqual(refusedAs('TOO_MANY_ATTEMPTS'))
  })

  test('at many names does not lock out an account with earlier success from there', async () => {
    await authentication.withPassword('ada', 'ada-secret', '192.0.2.7')
    for (let at = 0; at < 150; at += 1) await guess(1, `name ${at}`)
    expect((await authentication.withPassword('ada', 'ada-secret', '192.0.2.7')).ok).toBe(true)
    // Also a day later, when the password must be hashed again.
    world.moveClock(25 * 3_600_000)
    for (let at = 0; at < 150; at += 1) await guess(1, `name ${at}`)
    expect((await authentication.withPassword('ada', 'ada-secret', '192.0.2.7')).ok).toBe(true)
    expect(await authentication.withPassword('bob', 'bob-secret', '192.0.2.7')).toEqual(
      refusedAs('TOO_MANY_ATTEMPTS'),
    )
  })

  test('at a name does not lock out the right password from a known place, up to a limit', async () => {
    await authentication.withPassword('bob', 'bob-secret', '192.0.2.7')
    await guess(900)
    expect((await authentication.withPassword('bob', 'bob-secret', '192.0.2.7')).ok).toBe(true)
    await guess(200)
    const right = () => authentication.withPassword('bob', 'bob-secret', '192.0.2.7')
    expect(await right()).toEqual(refusedAs('TOO_MANY_ATTEMPTS'))
    world.moveClock(300_000)
    expect((await right()).ok).toBe(true)
  })

  test('does not lock out a session under way', async () => {
    const signedIn = await authentication.signIn('bob', 'bob-secret', '192.0.2.7')
    if (!signedIn.ok) throw new Error(signedIn.refusal.message)
    await guess(1500)
    expect(await authentication.withSession(signedIn.value.token)).toMatchObject({ name: 'bob' })
  })

  test('from one network of IPv6 counts as from one address', async () => {
    for (let at = 0; at < 100; at += 1) await guess(1, `name ${at}`, `2001:db8:0:1::${at}`)
    const from = (address: string) => authentication.withPassword('ada', 'ada-secret', address)
    expect(await from('2001:db8:0:1:ffff::1')).toEqual(refusedAs('TOO_MANY_ATTEMPTS'))
    expect((await from('2001:db8:0:2::1')).ok).toBe(true)
  })

  test('a right password forgives earlier mistakes', async () => {
    await guess(9)
    await authentication.withPassword('bob', 'bob-secret', '192.0.2.7')
    await guess(9)
    expect((await authentication.withPassword('bob', 'bob-secret', '192.0.2.7')).ok).toBe(true)
  })

  test('is recorded, but never the text of an unknown name', async () => {
    await authentication.withPassword('bob', 'wrong', '192.0.2.7')
    await authentication.withPassword('my-password', 'wrong', null)
    const recorded = await world.recorded()
    expect(recorded).toMatchObject([
      { kind: 'sign-in refused', actor: null, from: '192.0.2.7', subject: 'bob' },
      { kind: 'sign-in refused', actor: null, from: null, subject: null, detail: 'unknown name' },
    ])
    expect(JSON.stringify(recorded)).not.toMatch(/my-password|wrong"/)
  })
})

describe('the access of an account', () => {
  test('comes from grants; an administrator may do everything', async () => {
    const bob = { name: 'bob', isAdmin: false, grants: await world.state.accounts.grantsOf('bob') }
    expect(accessLevelOf(bob, 'team/app')).toBe('read-write')
    expect(accessLevelOf(bob, 'teams/app')).toBeNull()
    expect(accessLevelOf({ ...bob, isAdmin: true }, 'teams/app')).toBe('admin')
  })
})

describe('the first administrator', () => {
  test('is created only if there is none', async () => {
    expect(await createFirstAdministrator({ ...world, hasher }, 'admin', 'a')).toBe(false)
    await world.state.accounts.update('ada', { isActive: false })
    expect(await createFirstAdministrator({ ...world, hasher }, 'bob', 'a')).toBe(false)
    expect(await createFirstAdministrator({ ...world, hasher }, 'admin', 'a')).toBe(true)
    expect(await world.state.accounts.find('admin')).toMatchObject({
      isAdmin: true,
      isActive: true,
      passwordHash: 'hash:a',
    })
    expect(await createFirstAdministrator({ ...world, hasher }, 'second', 'a')).toBe(false)
  })
})
