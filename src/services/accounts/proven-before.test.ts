import { createHash, randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { createAccessToken, revokeAccessToken, type AccessTokenDeps } from './access-tokens.ts'
import {
  createAuthentication,
  type Authentication,
  type Principal,
  type AuthenticationDeps,
} from './authentication.ts'
import {
  changeAccount,
  createAccount,
  removeAccount,
  setAccountGrants,
  type AccountDeps,
} from './accounts.ts'
import { createAccountTurns } from './account-queues.ts'
import { createTestWorld } from '#testing/builders/test-world.ts'

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
const hasher = {
  hash: async (password: string) => `hash:${password}`,
  verify: async (password: string, hash: string) => hash === `hash:${password}`,
}
const admin = { name: 'ada', from: '192.0.2.7' }
const bob = { name: 'bob', from: '192.0.2.8' }

let world: ReturnType<typeof createTestWorld>
let authentication: Authentication

let deps: AccountDeps & AccessTokenDeps & AuthenticationDeps

beforeEach(async () => {
  world = createTestWorld()
  deps = { ...world, hasher, randomBytes, sha256, accountTurns: createAccountTurns() }
  authentication = createAuthentication(deps)
  await createAccount(deps, { name: 'bob', password: 'bobs password', isAdmin: false }, admin)
})

describe('an account that was proven before', () => {
  const again = async ({ name, stamp = '', token }: Principal) =>
    authentication.withEarlierProof({ name, stamp, tokenID: token?.id ?? null })

  test('has its present access, until the password changes or the account is removed', async () => {
    const before = await authentication.withPassword('bob', 'bobs password', null)
    if (!before.ok) throw new Error('not proven')
    await setAccountGrants(deps, 'bob', [{ scope: 'other', accessLevel: 'admin' }], admin)
    expect(await again(before.value)).toMatchObject({ grants: [{ scope: 'other' }] })
    await changeAccount(deps, 'bob', { isActive: false }, admin)
    expect(await again(before.value)).toBeNull()
    await changeAccount(deps, 'bob', { isActive: true }, admin)
    expect(await again(before.value)).not.toBeNull()
    await changeAccount(deps, 'bob', { password: 'a new password' }, admin)
    expect(await again(before.value)).toBeNull()
  })

  test('is null after the access token is revoked', async () => {
    const asked = { name: 'build', repositories: ['team'], actions: ['pull'], expiresAtMs: null }
    const created = await createAccessToken(deps, 'bob', asked, bob)
    if (!created.ok) throw new Error(created.refusal.message)
    const { secret, token } = created.value
    const before = await authentication.withAccessToken(secret)
    if (before === null) throw new Error('not proven')
    expect(await again(before)).toEqual(before)
    await revokeAccessToken(deps, 'bob', token.id, bob)
    expect(await again(before)).toBeNull()
  })

  test('is not the later account of the same name', async () => {
    const before = await authentication.withPassword('bob', 'bobs password', null)
    if (!before.ok) throw new Error('not proven')
    await removeAccount(deps, 'bob', admin)
    world.moveClock(1)
    await createAccount(deps, { name: 'bob', password: 'bobs password', isAdmin: false }, admin)
    expect(await again(before.value)).toBeNull()
  })
})
