import { createHash, randomBytes } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { createAuthentication, type Authentication, type SignedIn } from './authentication.ts'
import { createFirstAdministrator } from './first-administrator.ts'
import { createTestWorld, startMs } from '#testing/builders/test-world.ts'

const dayMs = 24 * 3_600_000
const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
const hasher = {
  hash: async (password: string) => `hash:${password}`,
  verify: async (password: string, hash: string) => hash === `hash:${password}`,
}

let world: ReturnType<typeof createTestWorld>
let authentication: Authentication

async function signIn(): Promise<SignedIn> {
  const answer = await authentication.signIn('ada', 'secret', '192.0.2.7')
  if (!answer.ok) throw new Error(answer.refusal.message)
  return answer.value
}

beforeEach(async () => {
  world = createTestWorld()
  authentication = createAuthentication({ ...world, hasher, randomBytes, sha256 })
  await createFirstAdministrator({ ...world, hasher }, 'ada', 'secret')
})

test('a token stands for the account that signed in, and only its hash is stored', async () => {
  const { token, principal, expiresAtMs } = await signIn()
  expect(token).toMatch(/^[a-f0-9]{64}$/)
  expect(expiresAtMs).toBe(startMs + dayMs)
  expect(await authentication.withSession(token)).toEqual(principal)
  expect(principal).toMatchObject({ name: 'ada', isAdmin: true, grants: [] })
  const hash = createHash('sha256').update(token).digest('hex')
  expect(await world.state.sessions.find(hash)).toMatchObject({ accountName: 'ada' })
  expect(JSON.stringify([...world.state.snapshot().tables.sessions])).not.toContain(token)
})

test('every sign-in has its own token, and signing out ends only that one', async () => {
  const [one, other] = [await signIn(), await signIn()]
  expect(one.token).not.toBe(other.token)
  await authentication.signOut(one.token, '192.0.2.7')
  await authentication.signOut(one.token, '192.0.2.7')
  expect(await authentication.withSession(one.token)).toBeNull()
  expect(await authentication.withSession(other.token)).not.toBeNull()
  expect((await world.recorded()).map(({ kind }) => kind)).toEqual([
    'account created',
    'signed in',
    'signed in',
    'signed out',
  ])
})

test('a session ends by itself after a day', async () => {
  const { token } = await signIn()
  world.moveClock(dayMs - 1)
  expect(await authentication.withSession(token)).not.toBeNull()
  world.moveClock(1)
  expect(await authentication.withSession(token)).toBeNull()
  await signIn()
  expect(world.state.snapshot().tables.sessions.size).toBe(1)
})

test('a change of the account takes effect at once', async () => {
  const { token } = await signIn()
  await world.state.accounts.update('ada', { isAdmin: false })
  expect((await authentication.withSession(token))?.isAdmin).toBe(false)
  await world.state.accounts.update('ada', { isActive: false })
  expect(await authentication.withSession(token)).toBeNull()
})

test.each(['', 'a', 'f'.repeat(64), 'F'.repeat(64)])('%j belongs to no session', async (token) => {
  await signIn()
  expect(await authentication.withSession(token)).toBeNull()
})

test('a wrong password starts no session', async () => {
  expect((await authentication.signIn('ada', 'wrong', null)).ok).toBe(false)
  expect(world.state.snapshot().tables.sessions.size).toBe(0)
})
