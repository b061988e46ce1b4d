import { createHash, randomBytes } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import {
  createAuthentication,
  type Authentication,
  type AuthenticationDeps,
} from './authentication.ts'
import { createFirstAdministrator } from './first-administrator.ts'
import { changeOwnPassword, type AccountDeps } from './accounts.ts'
import { createAccountTurns } from './account-queues.ts'
import { createTestWorld } from '#testing/builders/test-world.ts'

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
const hasher = {
  hash: async (password: string) => `hash:${password}`,
  verify: async (password: string, hash: string) => hash === `hash:${password}`,
}
const ada = { name: 'ada', from: '192.0.2.7' }

let authentication: Authentication

let deps: AccountDeps & AuthenticationDeps

beforeEach(async () => {
  deps = {
    ...createTestWorld(),
    hasher,
    randomBytes,
    sha256,
    accountTurns: createAccountTurns(),
  }
  authentication = createAuthentication(deps)
  await createFirstAdministrator(deps, 'ada', 'adas password')
})

const signIn = async (): Promise<string> => {
  const answer = await authentication.signIn('ada', 'adas password', null)
  return answer.ok ? answer.value.token : ''
}
const change = (current: string, next: string, sessionToken: string | null = null) =>
  changeOwnPassword({ ...deps, authentication }, 'ada', { current, next }, { ...ada, sessionToken })

test('a new password ends every session except the one that changed it', async () => {
  const [here, elsewhere] = [await signIn(), await signIn()]
  expect(await change('adas password', 'a better one', here)).toEqual({ ok: true, value: null })
  expect(await authentication.withSession(here)).toMatchObject({ name: 'ada' })
  expect(await authentication.withSession(elsewhere)).toBeNull()
  expect(await authentication.withPassword('ada', 'a better one', null)).toMatchObject({ ok: true })
})

test.each([
  ['wrong password', 'a better one', 'WRONG_PASSWORD'],
  ['adas password', 'short', 'INVALID_PASSWORD'],
  ['adas password', 'Qwerty123', 'INVALID_PASSWORD'],
  ['adas password', 'ada123456', 'INVALID_PASSWORD'],
])('a change from %j to %j is refused', async (current, next, code) => {
  const [here, elsewhere] = [await signIn(), await signIn()]
  expect(await change(current, next, here)).toMatchObject({ ok: false, refusal: { code } })
  expect(await authentication.withSession(elsewhere)).not.toBeNull()
  expect(await authentication.withPassword('ada', 'adas password', null)).toMatchObject({
    ok: true,
  })
})

test('wrong guesses of the current password count like those at the sign-in', async () => {
  let code = ''
  for (let guesses = 0; guesses < 20 && code !== 'TOO_MANY_ATTEMPTS'; guesses += 1) {
    const answer = await change('wrong', 'a better one')
    code = answer.ok ? '' : answer.refusal.code
  }
  expect(code).toBe('TOO_MANY_ATTEMPTS')
  expect(await authentication.signIn('ada', 'adas password', ada.from)).toMatchObject({
    refusal: { code: 'TOO_MANY_ATTEMPTS' },
  })
})
