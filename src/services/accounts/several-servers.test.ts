import { describe, expect, test } from 'vitest'
import { createMemoryPasswordHasher } from '#adapters/crypto-web/password-hasher.ts'
import { accessTokenBounds } from '#domain/access/access-token.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { account } from '#testing/conformance/state/state-samples.ts'
import { createTestWorld } from '#testing/builders/test-world.ts'
import { getPolicy, setPolicy } from '../settings/policy.ts'
import { createAccessToken } from './access-tokens.ts'
import { createAccountTurns } from './account-queues.ts'
import { changeAccount, removeAccount } from './accounts.ts'

const by = { name: 'ada', from: null, sessionToken: null }

/** Two servers over one state: neither waits for the other, but in a transaction. */
function openServers() {
  const world = createTestWorld()
  let bytes = 0
  const common = {
    ...world,
    hasher: createMemoryPasswordHasher(),
    randomBytes: (length: number) => new Uint8Array(length).fill((bytes += 1)),
    sha256: (text: Uint8Array) => text,
  }
  const server = () => ({ ...common, accountTurns: createAccountTurns() })
  return { world, a: server(), b: server() }
}

const admin = { isAdmin: true, isActive: true }

describe('of changes of accounts at two servers at once', () => {
  test.each([
    ['demotions', 'changes'],
    ['removals', 'removals'],
  ])('%s leave an administrator', async (_, how) => {
    const { world, a, b } = openServers()
    for (const name of ['ada', 'bob']) await world.state.accounts.create(account(name, admin))
    const outcomes = await Promise.all(
      how === 'removals'
        ? [removeAccount(a, 'ada', by), removeAccount(b, 'bob', by)]
        : [
            changeAccount(a, 'ada', { isAdmin: false }, by),
            changeAccount(b, 'bob', { isActive: false }, by),
          ],
    )
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
    const left = await world.state.accounts.list()
    expect(left.filter(({ isAdmin, isActive }) => isAdmin && isActive)).toHaveLength(1)
  })

  test('a new password does not enable what was disabled meanwhile', async () => {
    const { world, a, b } = openServers()
    await world.state.accounts.create(account('dana'))
    await Promise.all([
      changeAccount(a, 'dana', { password: 'a long new passphrase' }, by),
      changeAccount(b, 'dana', { isActive: false }, by),
    ])
    const dana = await world.state.accounts.find('dana')
    expect(dana).toMatchObject({ isActive: false })
    expect(dana?.passwordHash).not.toBe(account('dana').passwordHash)
  })

  test('the limit of access tokens holds', async () => {
    const { world, a, b } = openServers()
    await world.state.accounts.create(account('dana'))
    const create = (server: typeof a, name: string) =>
      createAccessToken(
        server,
        'dana',
        { name, repositories: ['team'], actions: ['pull'], expiresAtMs: null },
        by,
      )
    for (let at = 1; at < accessTokenBounds.tokens; at += 1) await create(a, `token-${at}`)
    const last = await Promise.all([create(a, 'one'), create(b, 'other')])
    expect(last.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await world.state.accessTokens.list('dana')).toHaveLength(accessTokenBounds.tokens)
  })
})

test('a policy without an older field keeps what another server has just saved of it', async () => {
  const { world, a, b } = openServers()
  const { acceptSparseIndexes: _, ...asked } = defaultCollectionPolicy
  await Promise.all([
    setPolicy(a, { ...asked, acceptSparseIndexes: true }, by),
    setPolicy(b, asked, by),
  ])
  expect((await getPolicy(world)).acceptSparseIndexes).toBe(true)
})
