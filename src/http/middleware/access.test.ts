import { accessLevelOver, type Grant } from '#domain/access/access-level.ts'
import type { Authentication, Principal } from '#services/accounts/authentication.ts'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { identify, requireAdmin, requireSignedIn, repositoryWithAccess } from './access.ts'
import type { Env, HostBindings } from '../env.ts'
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

/** Everybody's password is their name and `!`, and their session token `token-<name>`. */
const authentication: Pick<Authentication, 'withCredentials' | 'withSession' | 'accessLevel'> = {
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
  accessLevel: ({ isAdmin, grants }, repository) =>
    isAdmin ? 'admin' : accessLevelOver(grants, repository),
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
    context.text(repositoryWithAccess(context, services, context.req.query('name') ?? '', level)),
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

describe('who asks', () => {
  test('nobody, without credentials', async () => {
    expect(await ask('/who')).toMatchObject({ status: 200, text: 'nobody' })
  })

  test('by Basic', async () => {
    expect(await ask('/who', basic('ann'))).toMatchObject({ text: 'ann' })
  })

  test('by the session cookie, or by the session that the host knows', async () => {
    expect(await ask('/who', { Cookie: 'a=b; jetsam_session=token-ann' })).toMatchObject({
      text: 'ann',
    })
    expect(await ask('/who', {}, { sessionToken: 'token-bob' })).toMatchObject({ text: 'bob' })
  })

  test('a session that is over is nobody', async () => {
    expect(await ask('/who', {}, { sessionToken: 'token-eve' })).toMatchObject({ text: 'nobody' })
  })

  test('wrong credentials are refused everywhere, even beside a good session', async () => {
    const answer = await ask('/who', basic('ann', 'x'), { sessionToken: 'token-ann' })
    expect(answer).toMatchObject({ status: 401, code: 'NOT_AUTHENTICATED' })
  })

  test('malformed credentials are refused', async () => {
    expect(await ask('/who', { Authorization: 'Bearer x' })).toMatchObject({ status: 401 })
  })

  test('too many attempts are 429 with a time to wait', async () => {
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

  test('with a session need the header of the dashboard', async () => {
    expect(await ask('/members', {}, post)).toMatchObject({ status: 403, code: 'NOT_AUTHORIZED' })
    expect(await ask('/members', dashboard, post)).toMatchObject({ status: 200 })
  })

  test('from another site are refused', async () => {
    const foreign = { ...dashboard, Origin: 'http://evil.example' }
    expect(await ask('/members', foreign, post)).toMatchObject({ status: 403 })
    const own = { ...dashboard, Origin: 'http://registry.example' }
    expect(await ask('/members', own, post)).toMatchObject({ status: 200 })
  })

  test('with Basic need nothing else', async () => {
    expect(await ask('/members', basic('ann'), { method: 'POST' })).toMatchObject({ status: 200 })
  })
})

describe('access', () => {
  test('only administrators get to what is theirs', async () => {
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
  ])('%s and %s: reading %i, writing %i', async (name, repository, reading, writing) => {
    const query = `?name=${encodeURIComponent(repository)}`
    expect((await ask(`/read-only${query}`, basic(name))).status).toBe(reading)
    expect((await ask(`/read-write${query}`, basic(name))).status).toBe(writing)
  })

  test('a repository that may not be seen is answered like one that is not there', async () => {
    const { text } = await ask('/read-only?name=secret/app', basic('bob'))
    expect(JSON.parse(text)).toEqual({
      errors: [{ code: 'NO_SUCH_REPOSITORY', message: 'there is no repository "secret/app"' }],
    })
  })

  test('nobody is asked to sign in before anything else', async () => {
    expect(await ask('/read-only?name=team/app')).toMatchObject({ status: 401 })
  })
})
