import { accessTokenBounds } from '#domain/access/access-token.ts'
import { createHash, randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  createAccessToken,
  listAccessTokens,
  revokeAccessToken,
  type NewAccessToken,
  type AccessTokenDeps,
} from './access-tokens.ts'
import { createAuthentication, type Authentication, type Principal } from './authentication.ts'
import { createFirstAdministrator } from './first-administrator.ts'
import {
  changeAccount,
  changeOwnPassword,
  createAccount,
  removeAccount,
  setAccountGrants,
  type AccountDeps,
} from './accounts.ts'
import { accessLevelOf } from './principal.ts'
import { createAccountTurns } from './account-queues.ts'
import { createTestWorld, settle, startMs } from '#testing/builders/test-world.ts'

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
const admin = { name: 'ada', from: '192.0.2.7' }
const bob = { name: 'bob', from: '192.0.2.8' }
const ofBuild: NewAccessToken = {
  name: 'build',
  repositories: ['team'],
  actions: ['pull', 'push'],
  expiresAtMs: null,
}

let world: ReturnType<typeof createTestWorld>
let authentication: Authentication
let hashed: number
let lastUsedWrites: number

let deps: AccountDeps & AccessTokenDeps

beforeEach(async () => {
  world = createTestWorld()
  hashed = 0
  lastUsedWrites = 0
  const { accessTokens } = world.state
  const state = {
    ...world.state,
    accessTokens: {
      ...accessTokens,
      setLastUsed: async (id: string, atMs: number) => {
        lastUsedWrites += 1
        await accessTokens.setLastUsed(id, atMs)
      },
    },
  }
  const hasher = {
    hash: async (password: string) => `hash:${password}`,
    verify: async (password: string, hash: string) => {
      hashed += 1
      return hash === `hash:${password}`
    },
  }
  deps = { ...world, state, hasher, randomBytes, sha256, accountTurns: createAccountTurns() }
  authentication = createAuthentication(deps)
  await createFirstAdministrator(deps, 'ada', 'adas password')
  await createAccount(deps, { name: 'bob', password: 'bobs password', isAdmin: false }, admin)
  await setAccountGrants(deps, 'bob', [{ scope: 'team', accessLevel: 'read-write' }], admin)
})

async function create(changed: Partial<NewAccessToken> = {}, account = 'bob') {
  const created = await createAccessToken(
    deps,
    account,
    { ...ofBuild, ...changed },
    { ...bob, name: account },
  )
  if (!created.ok) throw new Error(created.refusal.message)
  return created.value
}
async function proven(secret: string, name = 'bob'): Promise<Principal | null> {
  const answer = await authentication.withCredentials(name, secret, null)
  return answer.ok ? answer.value : null
}
const refusedAs = (code: string, field?: string) => ({
  ok: false,
  refusal: expect.objectContaining({ code, ...(field === undefined ? {} : { field }) }),
})

describe('a new token', () => {
  test('is shown once, and stored as a hash', async () => {
    const { token, secret } = await create()
    expect(secret).toMatch(/^jst_[a-f0-9]{64}$/)
    expect(token).toEqual({
      ...ofBuild,
      id: token.id,
      accountName: 'bob',
      createdAtMs: startMs,
      lastUsedAtMs: null,
    })
    expect(await listAccessTokens(deps, 'bob')).toEqual([token])
    const everything = JSON.stringify([
      ...world.state.snapshot().tables.accessTokens.values(),
      await world.recorded(),
    ])
    expect(everything).not.toContain(secret)
    expect(everything).not.toContain(secret.slice(4))
  })

  test('is recorded with its purpose', async () => {
    await create()
    expect((await world.recorded()).at(-1)).toMatchObject({
      kind: 'access token created',
      actor: 'bob',
      from: '192.0.2.8',
      subject: 'bob',
      detail: 'build: pull, push on team',
    })
  })

  test.each<[Partial<NewAccessToken>, string, string]>([
    [{ name: ' ' }, 'INVALID_ACCESS_TOKEN', 'name'],
    [{ repositories: ['Team'] }, 'INVALID_ACCESS_TOKEN', 'repositories.0'],
    [{ actions: ['administer'] }, 'INVALID_ACCESS_TOKEN', 'actions'],
    [{ expiresAtMs: startMs }, 'INVALID_ACCESS_TOKEN', 'expiresAt'],
  ])('is refused with %j', async (changed, code, field) => {
    expect(await createAccessToken(deps, 'bob', { ...ofBuild, ...changed }, bob)).toEqual(
      refusedAs(code, field),
    )
    expect(await listAccessTokens(deps)).toEqual([])
  })

  test('needs an unused name, an account, and room for one more', async () => {
    await create()
    expect(await createAccessToken(deps, 'bob', ofBuild, bob)).toEqual(
      refusedAs('ACCESS_TOKEN_EXISTS'),
    )
    expect(await createAccessToken(deps, 'eve', ofBuild, bob)).toEqual(refusedAs('NO_SUCH_ACCOUNT'))
    const rest = Array.from({ length: accessTokenBounds.tokens }, (_, at) =>
      createAccessToken(deps, 'bob', { ...ofBuild, name: `token ${at}` }, bob),
    )
    const made = await Promise.all(rest)
    expect(made.filter(({ ok }) => ok)).toHaveLength(accessTokenBounds.tokens - 1)
    expect(made.at(-1)).toEqual(refusedAs('TOO_MANY_ACCESS_TOKENS'))
  })
})

describe('a token as a password', () => {
  test('stands for its account within its scope, and is no administrator', async () => {
    const { secret, token } = await create({ repositories: ['*'] }, 'ada')
    expect(await proven(secret, 'ada')).toMatchObject({
      name: 'ada',
      isAdmin: false,
      grants: [],
      token: { id: token.id, owner: { isAdmin: true } },
    })
  })

  test('is valid only with the name of its account', async () => {
    const { secret } = await create()
    expect(await proven(secret)).not.toBeNull()
    for (const name of ['ada', 'eve', '', 'Bob']) expect(await proven(secret, name)).toBeNull()
    expect(await proven(`jst_${'0'.repeat(64)}`)).toBeNull()
  })

  test('does not wait for a password hash, even while attempts to guess make a name wait', async () => {
    const { secret } = await create()
    for (let guess = 0; guess < 30; guess += 1) {
      await authentication.withCredentials('bob', `guess ${guess}`, '192.0.2.9')
    }
    hashed = 0
    const answer = await authentication.withCredentials('bob', secret, '192.0.2.9')
    expect(answer.ok).toBe(true)
    await authentication.withCredentials('bob', `jst_${'0'.repeat(64)}`, '192.0.2.9')
    expect(hashed).toBe(0)
  })

  test('ends when it is revoked, and when it expires', async () => {
    const { secret, token } = await create({ expiresAtMs: startMs + 1000 })
    const { secret: other } = await create({ name: 'other' })
    world.moveClock(999)
    expect(await proven(secret)).not.toBeNull()
    world.moveClock(1)
    expect(await proven(secret)).toBeNull()
    expect(await proven(other)).not.toBeNull()
    expect(await revokeAccessToken(deps, 'ada', token.id, admin)).toEqual(
      refusedAs('NO_SUCH_ACCESS_TOKEN'),
    )
    const [, second] = await listAccessTokens(deps, 'bob')
    expect(await revokeAccessToken(deps, 'bob', second?.id ?? '', admin)).toMatchObject({
      ok: true,
    })
    expect(await proven(other)).toBeNull()
    expect((await world.recorded()).at(-1)).toMatchObject({
      kind: 'access token revoked',
      actor: 'ada',
      subject: 'bob',
      detail: 'other',
    })
  })

  test('ends with its account, and works again after a disabled account is enabled', async () => {
    const { secret } = await create()
    await changeAccount(deps, 'bob', { isActive: false }, admin)
    expect(await proven(secret)).toBeNull()
    await changeAccount(deps, 'bob', { isActive: true }, admin)
    expect(await proven(secret)).not.toBeNull()
    await removeAccount(deps, 'bob', admin)
    expect(await proven(secret)).toBeNull()
    await createAccount(deps, { name: 'bob', password: 'another bob', isAdmin: false }, admin)
    expect(await proven(secret)).toBeNull()
  })

  test('loses at once what its account loses', async () => {
    const { secret } = await create()
    const level = async () => {
      const principal = await proven(secret)
      return principal && accessLevelOf(principal, 'team/app')
    }
    expect(await level()).toBe('read-only')
    await setAccountGrants(deps, 'bob', [], admin)
    expect(await level()).toBeNull()
  })

  test('stays valid when the password changes', async () => {
    const { secret } = await create()
    await changeAccount(deps, 'bob', { password: 'a new password' }, admin)
    expect(await proven(secret)).not.toBeNull()
  })

  test('neither signs in to the dashboard nor changes the password', async () => {
    const { secret } = await create()
    expect(await authentication.signIn('bob', secret, null)).toMatchObject({
      ok: false,
      refusal: { code: 'NOT_AUTHENTICATED', message: expect.stringMatching(/for programs/) },
    })
    const passwords = { current: secret, next: 'taken over by it' }
    expect(await changeOwnPassword({ ...deps, authentication }, 'bob', passwords, bob)).toEqual(
      refusedAs('WRONG_PASSWORD'),
    )
  })
})

describe('the last use', () => {
  const lastUsed = async () => (await listAccessTokens(deps, 'bob'))[0]?.lastUsedAtMs

  test('is stored, but not at each of many uses', async () => {
    const { secret } = await create()
    expect(await lastUsed()).toBeNull()
    await Promise.all(Array.from({ length: 20 }, () => proven(secret)))
    await settle()
    expect(await lastUsed()).toBe(startMs)
    world.moveClock(60_000)
    await proven(secret)
    await settle()
    expect([await lastUsed(), lastUsedWrites]).toEqual([startMs, 1])
    world.moveClock(5 * 60_000)
    await proven(secret)
    await settle()
    expect([await lastUsed(), lastUsedWrites]).toEqual([startMs + 360_000, 2])
  })
})
