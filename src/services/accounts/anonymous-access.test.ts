import { createHash, randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { createAccessToken } from './access-tokens.ts'
import { setAnonymousGrants } from './anonymous-access.ts'
import { createAuthentication, type Authentication } from './authentication.ts'
import { createFirstAdministrator } from './first-administrator.ts'
import { accountNames, changeAccount, createAccount, removeAccount } from './accounts.ts'
import { accessLevelOf } from './principal.ts'
import { createAccountTurns } from './account-queues.ts'
import { createTestWorld } from '#testing/builders/test-world.ts'

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
const hasher = {
  hash: async (password: string) => `hash:${password}`,
  verify: async (password: string, hash: string) => hash === `hash:${password}`,
}
const admin = { name: 'ada', from: '192.0.2.7' }
const bob = { name: 'bob', from: '192.0.2.8' }

const createPorts = () => {
  const world = createTestWorld()
  return {
    world,
    ports: { ...world, hasher, randomBytes, sha256, accountTurns: createAccountTurns() },
  }
}

let world: ReturnType<typeof createTestWorld>
let ports: ReturnType<typeof createPorts>['ports']
let authentication: Authentication

beforeEach(async () => {
  ;({ world, ports } = createPorts())
  authentication = createAuthentication(ports)
  await createFirstAdministrator(ports, 'ada', 'adas password')
  await createAccount(ports, { name: 'bob', password: 'bobs password', isAdmin: false }, admin)
})

const refusedAs = (code: string, field?: string) => ({
  ok: false,
  refusal: expect.objectContaining({ code, ...(field === undefined ? {} : { field }) }),
})

describe('anonymous access', () => {
  test('is empty at first, and then what an administrator sets', async () => {
    expect(await ports.state.settings.anonymousGrants()).toEqual([])
    const grants = [{ scope: 'library', accessLevel: 'read-only' }]
    expect(await setAnonymousGrants(ports, grants, admin)).toEqual({ ok: true, value: grants })
    const anonymous = await authentication.anonymous()
    expect(accessLevelOf(anonymous, 'library/base')).toBe('read-only')
    expect(accessLevelOf(anonymous, 'team/app')).toBeNull()
    expect((await world.recorded()).at(-1)).toMatchObject({
      kind: 'anonymous access changed',
      detail: 'library: none → read-only',
    })
  })

  test('is open to signed-in accounts too, also by an access token for other things', async () => {
    await setAnonymousGrants(ports, [{ scope: 'library', accessLevel: 'read-only' }], admin)
    const asked = { name: 'build', repositories: ['team'], actions: ['push'], expiresAtMs: null }
    const created = await createAccessToken(ports, 'bob', asked, admin)
    const token = created.ok && (await authentication.withAccessToken(created.value.secret))
    expect(token && accessLevelOf(token, 'library/base')).toBe('read-only')
  })

  test.each(['read-write', 'admin'])('cannot be set with %s', async (accessLevel) => {
    const grants = [{ scope: 'library', accessLevel }]
    expect(await setAnonymousGrants(ports, grants, admin)).toEqual(
      refusedAs('INVALID_GRANT', 'grants.0.accessLevel'),
    )
    expect(await ports.state.settings.anonymousGrants()).toEqual([])
  })

  test('reserves its name, so that no account has it', async () => {
    const made = { name: 'anonymous', password: 'a password', isAdmin: false }
    expect(await createAccount(ports, made, admin)).toEqual(
      refusedAs('INVALID_ACCOUNT_NAME', 'name'),
    )
  })
})

describe('a removed account', () => {
  test('is recorded, and cannot be the last administrator', async () => {
    expect(await removeAccount(ports, 'ada', admin)).toEqual(refusedAs('LAST_ADMINISTRATOR'))
    expect(await removeAccount(ports, 'eve', admin)).toEqual(refusedAs('NO_SUCH_ACCOUNT'))
    expect(await removeAccount(ports, 'bob', admin)).toEqual({ ok: true, value: null })
    expect((await world.recorded()).at(-1)).toMatchObject({
      kind: 'account removed',
      actor: 'ada',
      subject: 'bob',
    })
    expect(await accountNames(ports)).toEqual(['ada'])
  })

  test('leaves one of two administrators who remove each other at the same time', async () => {
    await changeAccount(ports, 'bob', { isAdmin: true }, admin)
    const removed = await Promise.all([
      removeAccount(ports, 'ada', bob),
      removeAccount(ports, 'bob', admin),
    ])
    expect(removed.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await accountNames(ports)).toHaveLength(1)
  })
})
