import type { Grant } from '#domain/access/access-level.ts'
import type { Authentication, Principal } from '#services/accounts/authentication.ts'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { identify, requireAdmin, requireSignedIn, repositoryWithAccess } from './access.ts'
import type { Env, HostBindings } from '../request-context.ts'
import { sendApiError, toApiError } from '../errors.ts'
import type { ApiServices } from '../services.ts'

const person = (name: string, grants: readonly Grant[] = [], isAdmin = false): Principal => ({
  name,
  isAdmin,
  grants,
})

const people = [
  person('root', [], true),
  person('ann', [{ scope: 'team', accessLevel: 'read-write' }]),
  person('bob', [{ scope: 'team/app', accessLevel: 'read-only' }]),
]

/** Each account's password is its name and `!`, and its session token `token-<name>`. */
const authentication: Pick<Authentication, 'withCredentials' | 'withSession'> = {
  withCredentials: async (name, password) => {
    if (name === 'flood') {
      const refusal = { code: 'TOO_MANY_ATTEMPTS', message: 'wait', retryAfterSeconds: 9 } as const
      return { ok: false, refusal }
    }
    const value = people.find((candidate) => candidate.name === name)
    return value !== undefined && password === `${name}!`
      ? { ok: true, value }
      : { ok: false, refusal: { code: 'NOT_AUTHENTICATED', message: 'wrong name or password' } }
  },
  withSession: async (token) => people.find(({ name }) => token === `token-${name}`) ?? null,
}

const services = { authentication } as ApiServices

const app = new Hono<Env>()
app.use(identify(services))
app.get('/who', (context) => context.text(context.var.principal?.name ?? 'nobody'))
app.get('/members', requireSignedIn, (context) => context.text('in'))
app.post('/members', requireSignedIn, (context) => context.text('in'))
app.get('/admin', requireAdmin, (context) => context.text('in'))
for (const level of ['read-only', 'read-write'] as const) {
  app.get(`/${level}`, (context) =>
    context.text(repositoryWithAccess(context, context.req.query('name') ?? '', level)),
  )
}
app.onError((error, context) => sendApiError(context, toApiError(error)))

const basic = (name: string, password = `${name}!`) => ({
  Authorization: `Basic ${btoa(`${name}:${password}`)}`,
})
const dashboard = { 'X-Jetsam-Client': 'dashboard' }

const ask = async (
  path: string,
  headers: Record<string, string> = {},
  { method = 'GET', ...bindings }: HostBindings & { method?: string } = {},
) => {
  const request = new Request(`http://registry.example${path}`, { method, headers })
  const response = await app.fetch(request, bindings)
  const text = await response.text()
  const code = text.startsWith('{') ? JSON.parse(text).errors[0].code : null
  return { status: response.status, headers: response.headers, text, code }
}

describe('the caller', () => {
  test('is anonymous without credentials', async () => {
    expect(await ask('/who')).toMatchObject({ status: 200, text: 'nobody' })
  })

  test('is known by Basic', async () => {
    expect(await ask('/who', basic('ann'))).toMatchObject({ text: 'ann' })
  })

  test('is known by the session cookie, or by the session that the host passes in', async () => {
    expect(await ask('/who', { Cookie: 'a=b; jetsam_session=token-ann' })).toMatchObject({
      text: 'ann',
    })
    expect(await ask('/who', {}, { sessionToken: 'token-bob' })).toMatchObject({ text: 'bob' })
  })

  test('is anonymous when the session has ended', async () => {
    expect(await ask('/who', {}, { sessionToken: 'token-eve' })).toMatchObject({ text: 'nobody' })
  })

  test('is refused everywhere with wrong credentials, even beside a valid session', async () => {
    const answer = await ask('/who', basic('ann', 'x'), { sessionToken: 'token-ann' })
    expect(answer).toMatchObject({ status: 401, code: 'NOT_AUTHENTICATED' })
  })

  test('is refused with malformed credentials', async () => {
    expect(await ask('/who', { Authorization: 'Bearer x' })).toMatchObject({ status: 401 })
  })

  test('gets 429 with a time to wait after too many attempts', async () => {
    const answer = await ask('/who', basic('flood'))
    expect(answer).toMatchObject({ status: 429, code: 'TOO_MANY_ATTEMPTS' })
    expect(answer.headers.get('Retry-After')).toBe('9')
  })
})

describe('the challenge', () => {
  test('is sent to programs, and not to the dashboard', async () => {
    const program = await ask('/members')
    expect(program.status).toBe(401)
    expect(program.headers.get('WWW-Authenticate')).toMatch(/^Basic realm=/)
    const browser = await ask('/members', dashboard)
    expect(browser.status).toBe(401)
    expect(browser.headers.get('WWW-Authenticate')).toBeNull()
  })
})

describe('state-changing calls', () => {
  const post = { method: 'POST', sessionToken: 'token-ann' }

  test('need the header of the dashboard with a session', async () => {
    expect(await ask('/members', {}, post)).toMatchObject({ status: 403, code: 'NOT_AUTHORIZED' })
    expect(await ask('/members', dashboard, post)).toMatchObject({ status: 200 })
  })

  test('are refused from another site', async () => {
    const foreign = { ...dashboard, Origin: 'http://evil.example' }
    expect(await ask('/members', foreign, post)).toMatchObject({ status: 403 })
    const own = { ...dashboard, Origin: 'http://registry.example' }
    expect(await ask('/members', own, post)).toMatchObject({ status: 200 })
  })

  test('need nothing else with Basic', async () => {
    expect(await ask('/members', basic('ann'), { method: 'POST' })).toMatchObject({ status: 200 })
  })
})

describe('access', () => {
  test('to administrators’ paths is for administrators only', async () => {
    expect(await ask('/admin')).toMatchObject({ status: 401 })
    expect(await ask('/admin', basic('ann'))).toMatchObject({ status: 403, code: 'NOT_AUTHORIZED' })
    expect(await ask('/admin', basic('root'))).toMatchObject({ status: 200 })
  })

  test.each([
    ['root', 'any/thing', 200, 200],
    ['ann', 'team/app', 200, 200],
    ['ann', 'teams/app', 404, 404],
    ['bob', 'team/app', 200, 403],
    ['bob', 'team/other', 404, 404],
    ['bob', 'team/app/../other', 404, 404],
    ['root', 'Team/App', 404, 404],
  ])('of %s to %s: reading %i, writing %i', async (name, repository, reading, writing) => {
    const query = `?name=${encodeURIComponent(repository)}`
    expect((await ask(`/read-only${query}`, basic(name))).status).toBe(reading)
    expect((await ask(`/read-write${query}`, basic(name))).status).toBe(writing)
  })

  test('to a hidden repository is answered as if it did not exist', async () => {
    const { text } = await ask('/read-only?name=secret/app', basic('bob'))
    expect(JSON.parse(text)).toEqual({
      errors: [{ code: 'NO_SUCH_REPOSITORY', message: 'there is no repository "secret/app"' }],
    })
  })

  test('of an anonymous caller is refused with 401 before any other check', async () => {
    expect(await ask('/read-only?name=team/app')).toMatchObject({ status: 401 })
  })
})
