import { createHash, randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { createAccessTokenKeeper } from './access-tokens.ts'
import { createAnonymousAccess, type AnonymousAccess } from './anonymous-access.ts'
import { createAuthentication, type Authentication } from './authentication.ts'
import { createPeople, type People } from './people.ts'
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
  return { world, ports: { ...world, hasher, randomBytes, sha256 } }
}

let world: ReturnType<typeof createTestWorld>
let ports: ReturnType<typeof createPorts>['ports']
let authentication: Authentication
let people: People
let anonymousAccess: AnonymousAccess

beforeEach(async () => {
  ;({ world, ports } = createPorts())
  authentication = createAuthentication(ports)
  people = createPeople({ ...ports, authentication })
  anonymousAccess = createAnonymousAccess(ports)
  await authentication.createFirstAdministrator('ada', 'adas password')
  await people.create({ name: 'bob', password: 'bobs password', isAdmin: false }, admin)
})

const refusedAs = (code: string, field?: string) => ({
  ok: false,
  refusal: expect.objectContaining({ code, ...(field === undefined ? {} : { field }) }),
})

describe('anonymous access', () => {
  test('is empty at first, and then what an administrator sets', async () => {
    expect(await anonymousAccess.grants()).toEqual([])
    const grants = [{ scope: 'library', accessLevel: 'read-only' }]
    expect(await anonymousAccess.setGrants(grants, admin)).toEqual({ ok: true, value: grants })
    const anonymous = await authentication.anonymous()
    expect(authentication.accessLevel(anonymous, 'library/base')).toBe('read-only')
    expect(authentication.accessLevel(anonymous, 'team/app')).toBeNull()
    expect((await world.recorded()).at(-1)).toMatchObject({
      kind: 'anonymous access changed',
      detail: 'library: none → read-only',
    })
  })

  test('is open to signed-in accounts too, also by an access token for other things', async () => {
    await anonymousAccess.setGrants([{ scope: 'library', accessLevel: 'read-only' }], admin)
    const asked = { name: 'build', repositories: ['team'], actions: ['push'], expiresAtMs: null }
    const created = await createAccessTokenKeeper(ports).create('bob', asked, admin)
    const token = created.ok && (await authentication.withAccessToken(created.value.secret))
    expect(token && authentication.accessLevel(token, 'library/base')).toBe('read-only')
  })

  test.each(['read-write', 'admin'])('cannot be set with %s', async (accessLevel) => {
    const grants = [{ scope: 'library', accessLevel }]
    expect(await anonymousAccess.setGrants(grants, admin)).toEqual(
      refusedAs('INVALID_GRANT', 'grants.0.accessLevel'),
    )
    expect(await anonymousAccess.grants()).toEqual([])
  })

  test('reserves its name, so that no account has it', async () => {
    const made = { name: 'anonymous', password: 'a password', isAdmin: false }
    expect(await people.create(made, admin)).toEqual(refusedAs('INVALID_ACCOUNT_NAME', 'name'))
  })
})

describe('a removed account', () => {
  test('is recorded, and cannot be the last administrator', async () => {
    expect(await people.remove('ada', admin)).toEqual(refusedAs('LAST_ADMINISTRATOR'))
    expect(await people.remove('eve', admin)).toEqual(refusedAs('NO_SUCH_ACCOUNT'))
    expect(await people.remove('bob', admin)).toEqual({ ok: true, value: null })
    expect((await world.recorded()).at(-1)).toMatchObject({
      kind: 'account removed',
      actor: 'ada',
      subject: 'bob',
    })
    expect(await people.names()).toEqual(['ada'])
  })

  test('leaves one of two administrators who remove each other at the same time', async () => {
    await people.change('bob', { isAdmin: true }, admin)
    const removed = await Promise.all([people.remove('ada', bob), people.remove('bob', admin)])
    expect(removed.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await people.names()).toHaveLength(1)
  })
})
