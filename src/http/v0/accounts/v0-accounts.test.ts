import { detailText } from '#domain/events/detail-text.ts'
import { subjectOf } from '#domain/events/domain-event.ts'
import { account, accountAccess, accountList } from '#contract/accounts/accounts.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'

const json = { 'Content-Type': 'application/json' }

let api: TestApi
beforeEach(async () => {
  api = await createTestApi()
})

const send = (method: string, path: string, body: unknown, by: TestPerson | null = 'admin') =>
  api.as(by).ask(method, `/api/v0${path}`, { headers: json, body: JSON.stringify(body) })
const get = (path: string, by: TestPerson = 'admin') => api.as(by).ask('GET', `/api/v0${path}`)
const statusWith = async (name: string, password: string) => {
  const headers = { Authorization: `Basic ${btoa(`${name}:${password}`)}` }
  return (await api.as(null).ask('GET', '/api/v0/session', { headers })).status
}

describe('accounts', () => {
  test('are listed by name, in pages, without their passwords', async () => {
    const answer = await get('/accounts?pageSize=2&count=true')
    expect(checkedBody(answer, accountList).accounts.map(({ name }) => name)).toEqual([
      'admin',
      'owner',
    ])
    expect(answer.headers.get('X-Resource-Count')).toBe('5')
    const next = answer.headers.get('X-Next-Page-Start')
    const second = await get(`/accounts?pageSize=9&pageStart=${next}`)
    expect(checkedBody(second, accountList).accounts).toEqual([
      expect.objectContaining({ name: 'reader', isAdmin: false, isActive: true }),
      expect.objectContaining({ name: 'stranger', grants: [] }),
      {
        name: 'writer',
        isAdmin: false,
        isActive: true,
        createdAt: '2026-11-24T12:00:00.000Z',
        lastSignedInAt: null,
        grants: [{ scope: 'team', accessLevel: 'read-write' }],
      },
    ])
    expect(answer.text + second.text).not.toMatch(/password|transparent/i)
  })

  test('are found by a part of the name', async () => {
    const { accounts } = checkedBody(await get('/accounts?filter=ER'), accountList)
    expect(accounts.map(({ name }) => name)).toEqual(['owner', 'reader', 'stranger', 'writer'])
  })

  test('are created with a password, and can sign in at once', async () => {
    const answer = await send('POST', '/accounts', { name: 'ci.bot', password: 'secret-of-ci' })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('Location')).toBe('/api/v0/accounts/ci.bot')
    expect(checkedBody(answer, account)).toMatchObject({ name: 'ci.bot', isAdmin: false })
    expect(answer.text).not.toContain('secret-of-ci')
    expect(await statusWith('ci.bot', 'secret-of-ci')).toBe(200)
  })

  test.each([
    [{ name: 'reader', password: 'long enough' }, 409, 'ACCOUNT_EXISTS', /"reader" already/],
    [{ name: 'A:b', password: 'long enough' }, 400, 'INVALID_PARAMETERS', /^name: /],
    [{ name: 'new', password: 'short' }, 400, 'INVALID_PARAMETERS', /^password: .*8 characters/],
    [{ name: 'new' }, 400, 'INVALID_PARAMETERS', /^password: /],
    [{ name: 'new', password: 'long enough', admin: true }, 400, 'INVALID_PARAMETERS', /^admin: /],
  ])('are not created by %j', async (body, status, code, message) => {
    const answer = await send('POST', '/accounts', body)
    expect(answer).toMatchObject({ status, code, message: expect.stringMatching(message) })
    expect(answer.text).not.toContain('long enough')
  })

  test('are changed only in the fields that are sent', async () => {
    const answer = await send('PATCH', '/accounts/reader', { password: 'another-password' })
    expect(checkedBody(answer, account)).toMatchObject({ isAdmin: false, isActive: true })
    expect(await statusWith('reader', 'reader-password')).toBe(401)
    expect(await statusWith('reader', 'another-password')).toBe(200)
    await send('PATCH', '/accounts/reader', { isActive: false })
    expect(await statusWith('reader', 'another-password')).toBe(401)
    await send('PATCH', '/accounts/reader', { isActive: true, isAdmin: true })
    expect(await statusWith('reader', 'another-password')).toBe(200)
  })

  test.each([
    ['PATCH', '/accounts/nobody', {}, 404, 'NO_SUCH_ACCOUNT'],
    ['PUT', '/accounts/nobody/access', { grants: [] }, 404, 'NO_SUCH_ACCOUNT'],
    ['PATCH', '/accounts/reader', { isAdmin: 'yes' }, 400, 'INVALID_PARAMETERS'],
    ['PATCH', '/accounts/admin', { isAdmin: false }, 409, 'LAST_ADMINISTRATOR'],
    ['PATCH', '/accounts/admin', { isActive: false }, 409, 'LAST_ADMINISTRATOR'],
    ['POST', '/accounts/reader', {}, 405, 'NOT_ALLOWED'],
  ])('%s %s with %j is refused', async (method, path, body, status, code) => {
    expect(await send(method, path, body)).toMatchObject({ status, code })
  })

  test('are read one by one', async () => {
    expect(checkedBody(await get('/accounts/reader'), account)).toMatchObject({
      name: 'reader',
      grants: [{ scope: 'team', accessLevel: 'read-only' }],
    })
    for (const path of ['/accounts/nobody', '/accounts/nobody/access']) {
      expect(await get(path)).toMatchObject({ status: 404, code: 'NO_SUCH_ACCOUNT' })
    }
  })

  test('have all changes in the activity, with the actor, the account and the address', async () => {
    const from = { remoteAddress: '192.0.2.9' }
    const admin = api.as('admin', from)
    const ask = (method: string, path: string, body: unknown) =>
      admin.ask(method, `/api/v0/accounts${path}`, { headers: json, body: JSON.stringify(body) })
    await ask('POST', '', { name: 'new', password: 'new-password', isAdmin: true })
    await ask('PATCH', '/new', { password: 'newer-password', isAdmin: false, isActive: false })
    await ask('PUT', '/new/access', { grants: [{ scope: 'team', accessLevel: 'admin' }] })
    const { events } = await api.services.state.activity.list({ limit: 10 })
    expect(events.map((event) => [event.kind, subjectOf(event), detailText(event)])).toEqual([
      ['access changed', 'new', 'team: none → admin'],
      ['account disabled', 'new', null],
      ['account changed', 'new', 'no longer an administrator'],
      ['password changed', 'new', null],
      ['account created', 'new', 'as an administrator'],
    ])
    for (const event of events) expect(event).toMatchObject({ actor: 'admin', from: '192.0.2.9' })
    expect(JSON.stringify(events)).not.toContain('-password')
  })
})

describe('access', () => {
  const put = (grants: unknown, name = 'reader') =>
    send('PUT', `/accounts/${name}/access`, { grants })

  test('is granted by namespace and repository, and the narrower scope wins', async () => {
    const grants = [
      { scope: 'team', accessLevel: 'read-write' },
      { scope: 'team/app', accessLevel: 'read-only' },
    ]
    expect(checkedBody(await put(grants), accountAccess)).toEqual({ grants })
    expect(checkedBody(await get('/accounts/reader/access'), accountAccess)).toEqual({ grants })
    const upload = (repository: string) =>
      api.as('reader').ask('POST', `/v2/${repository}/blobs/uploads/`)
    expect((await upload('team/web')).status).toBe(202)
    expect((await upload('team/app')).status).toBe(403)
  })

  test('takes effect at once', async () => {
    await put([])
    expect((await get('/repositories/team', 'reader')).status).toBe(404)
  })

  test.each([
    [[{ scope: 'Team', accessLevel: 'admin' }], /^grants\.0\.scope: /],
    [[{ scope: 'team', accessLevel: 'owner' }], /^grants\.0\.accessLevel: /],
    [
      [
        { scope: 'team', accessLevel: 'admin' },
        { scope: 'team', accessLevel: 'read-only' },
      ],
      /^grants\.1\.scope: "team" is there twice/,
    ],
    ['team', /^grants: /],
  ])('is not changed by %j', async (grants, message) => {
    expect(await put(grants)).toMatchObject({
      status: 400,
      code: 'INVALID_PARAMETERS',
      message: expect.stringMatching(message),
    })
    expect((await get('/accounts/reader/access')).text).toContain('read-only')
  })
})

test('changing one’s own password requires the current one', async () => {
  const change = (current: string, password: string) =>
    send('PUT', '/session/password', { current, password }, 'reader')
  expect(await change('guess', 'a new password')).toMatchObject({
    status: 403,
    code: 'WRONG_PASSWORD',
  })
  expect(await change('reader-password', 'short')).toMatchObject({
    status: 400,
    message: expect.stringMatching(/^password: /),
  })
  expect(await statusWith('reader', 'reader-password')).toBe(200)
  expect((await change('reader-password', 'a new password')).status).toBe(204)
  expect(await statusWith('reader', 'a new password')).toBe(200)
})
