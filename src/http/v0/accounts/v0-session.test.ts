import { session } from '#contract/accounts/session.ts'
import { samplesLoaded, setup } from '#contract/setup.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'

const json = { 'Content-Type': 'application/json' }
const dashboard = { 'X-Jetsam-Client': 'dashboard' }
const path = '/api/v0/session'

let api: TestApi
beforeEach(async () => {
  api = await createTestApi()
})

describe('the session', () => {
  const signIn = (
    name: string,
    password: string,
    { url = path, headers = {} }: { url?: string; headers?: Record<string, string> } = {},
  ) =>
    api.as(null).ask('POST', url, {
      headers: { ...json, ...headers },
      body: JSON.stringify({ name, password }),
    })
  const cookieOf = (answer: { headers: Headers }) =>
    answer.headers.get('Set-Cookie')?.split(';')[0] ?? ''
  const ask = (method: string, to: string, headers: Record<string, string>, body?: string) =>
    api.as(null).ask(method, to, { headers, ...(body === undefined ? {} : { body }) })

  test('starts with name and password, in a cookie that scripts cannot read', async () => {
    const answer = await signIn('admin', 'admin-password')
    expect(checkedBody(answer, session)).toEqual({ name: 'admin', isAdmin: true })
    const cookie = answer.headers.get('Set-Cookie') ?? ''
    expect(cookie).toMatch(/^jetsam_session=[\w-]{43,};/)
    for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/', 'Max-Age=']) {
      expect(cookie).toContain(attribute)
    }
    expect(cookie).not.toContain('Secure')
    expect(answer.text).not.toContain(cookieOf(answer).split('=')[1])
    const who = await ask('GET', path, { Cookie: cookieOf(answer) })
    expect(checkedBody(who, session)).toEqual({ name: 'admin', isAdmin: true })
  })

  test('has a secure cookie behind TLS, also behind a TLS proxy', async () => {
    const page = await signIn('reader', 'reader-password', {
      headers: { Origin: 'https://registry.test' },
    })
    const proxied = await api
      .as(null, { publicOrigin: 'https://registry.test' })
      .ask('POST', path, { headers: json, body: '{"name":"reader","password":"reader-password"}' })
    const direct = await signIn('reader', 'reader-password', {
      url: `https://registry.test${path}`,
    })
    for (const answer of [page, proxied, direct]) {
      expect(answer.headers.get('Set-Cookie')).toMatch(/; Secure/)
    }
  })

  test('does not believe a header of the client that claims TLS', async () => {
    const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'registry.test' }
    const answer = await signIn('reader', 'reader-password', { headers })
    expect(answer.headers.get('Set-Cookie')).not.toContain('Secure')
  })

  test.each([
    ['admin', 'wrong'],
    ['nobody', 'admin-password'],
    ['admin', ''],
  ])('does not start for %s with %j', async (name, password) => {
    const answer = await signIn(name, password)
    expect(answer).toMatchObject({ status: 401, code: 'NOT_AUTHENTICATED' })
    expect(answer.headers.get('Set-Cookie')).toBeNull()
    // The same message for all, so that it does not reveal which names exist.
    expect(answer.message).toBe((await signIn('nobody else', 'x')).message)
  })

  test('is throttled after many wrong passwords, and says for how long', async () => {
    let answer = await signIn('admin', 'wrong')
    for (let tries = 0; tries < 50 && answer.status === 401; tries += 1) {
      answer = await signIn('admin', 'wrong')
    }
    expect(answer).toMatchObject({ status: 429, code: 'TOO_MANY_ATTEMPTS' })
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThanOrEqual(1)
  })

  test('changes something only with the header of the dashboard', async () => {
    const Cookie = cookieOf(await signIn('admin', 'admin-password'))
    const schedule = '/api/v0/admin/settings/registry/garbageCollection/schedule'
    const body = '{"schedule":"@daily"}'
    expect(await ask('POST', schedule, { ...json, Cookie }, body)).toMatchObject({ status: 403 })
    const foreign = { ...json, ...dashboard, Cookie, Origin: 'https://elsewhere.test' }
    expect(await ask('POST', schedule, foreign, body)).toMatchObject({ status: 403 })
    expect(await ask('POST', schedule, { ...json, ...dashboard, Cookie }, body)).toMatchObject({
      status: 200,
    })
    expect(await ask('GET', schedule, { Cookie })).toMatchObject({ status: 200 })
  })

  test('ends at sign-out, as does an older one at a new sign-in', async () => {
    const Cookie = cookieOf(await signIn('reader', 'reader-password'))
    const again = await signIn('reader', 'reader-password', { headers: { ...dashboard, Cookie } })
    expect((await ask('GET', path, { Cookie })).status).toBe(401)

    const next = cookieOf(again)
    const out = await ask('DELETE', path, { ...dashboard, Cookie: next })
    expect(out).toMatchObject({ status: 204, text: '' })
    expect(out.headers.get('Set-Cookie')).toMatch(/^jetsam_session=; Max-Age=0/)
    expect((await ask('GET', path, { Cookie: next })).status).toBe(401)
    expect((await ask('DELETE', path, { ...dashboard, Cookie: next })).status).toBe(204)
  })

  test.each([
    ['DELETE', undefined, 204],
    ['POST', '{"name":"admin","password":"admin-password"}', 200],
  ])('ends by %s with Basic too, if the cookie is sent', async (method, body, status) => {
    const Cookie = cookieOf(await signIn('reader', 'reader-password'))
    const headers = { ...json, Cookie }
    const answer = await api
      .as('admin')
      .ask(method, path, { headers, ...(body === undefined ? {} : { body }) })
    expect(answer.status).toBe(status)
    expect((await ask('GET', path, { Cookie })).status).toBe(401)
  })

  test.each([{ name: 'admin' }, { name: 'admin', password: 5 }, { user: 'admin', password: 'x' }])(
    'does not start with %j',
    async (body) => {
      const answer = await ask('POST', path, json, JSON.stringify(body))
      expect(answer).toMatchObject({ status: 400, code: 'INVALID_PARAMETERS' })
    },
  )
})

describe('setup', () => {
  const get = async () => checkedBody(await api.as('admin').ask('GET', '/api/v0/setup'), setup)
  const load = () => api.as('admin').ask('POST', '/api/v0/setup/samples')

  test('says which host this is, and whether the store is empty', async () => {
    expect(await get()).toEqual({
      version: '0.0.0-test',
      registryHost: 'registry.test',
      isEmpty: true,
      host: 'mock',
    })
  })

  test('names the host that people and clients use', async () => {
    const proxied = api.as('admin', { publicOrigin: 'https://r.lan:8443' })
    const answer = await proxied.ask('GET', '/api/v0/setup')
    expect(checkedBody(answer, setup).registryHost).toBe('r.lan:8443')
  })

  test('loads samples into an empty registry, once', async () => {
    const { repositories } = checkedBody(await load(), samplesLoaded)
    expect(repositories).toContain('team/app')
    expect((await get()).isEmpty).toBe(false)
    const pulled = await api.as('reader').ask('GET', '/v2/team/app/manifests/latest')
    expect(pulled.status).toBe(200)
    expect(await load()).toMatchObject({ status: 409, code: 'REGISTRY_NOT_EMPTY' })
    const { events } = await api.services.state.activity.list({
      kinds: ['samples loaded'],
      limit: 10,
    })
    expect(events).toMatchObject([{ actor: 'admin' }])
    expect(api.failures).toEqual([])
  })

  test('loads no samples while a collection keeps writers out', async () => {
    const { list } = api.storage
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await get()
    Object.assign(api.storage, {
      list: async (folder: string) => {
        await held
        return list(folder)
      },
    })
    await api.services.collections.startCollection({
      trigger: 'api',
      actor: { name: 'admin', from: null },
    })
    expect(await load()).toMatchObject({ status: 409, code: 'COLLECTION_RUNNING' })
    release()
    await api.services.jobs.shutdown()
  })
})
