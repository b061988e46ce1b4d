import { accessTokenList, createdAccessToken } from '#contract/accounts/access-tokens.ts'
import { accountAccess } from '#contract/accounts/accounts.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'

const json = { 'Content-Type': 'application/json' }
const own = '/api/v0/accounts/writer/accessTokens'
const asked = { name: 'build', repositories: ['team/app'], actions: ['pull', 'push'] }

let api: TestApi
beforeEach(async () => {
  api = await createTestApi()
})

const send = (method: string, path: string, body: unknown, by: TestPerson = 'writer') =>
  api.as(by).ask(method, path, { headers: json, body: JSON.stringify(body) })

describe('access tokens', () => {
  test('are shown once, listed without their secret, and revoked', async () => {
    const answer = await send('POST', own, { ...asked, expiresAt: '2026-12-24T13:00:00+01:00' })
    const { token, ...created } = checkedBody(answer, createdAccessToken)
    expect(answer.status).toBe(201)
    expect(created).toEqual({
      ...asked,
      id: created.id,
      account: 'writer',
      createdAt: '2026-11-24T12:00:00.000Z',
      expiresAt: '2026-12-24T12:00:00.000Z',
      lastUsedAt: null,
    })
    const path = `${own}/${created.id}`
    expect(answer.headers.get('Location')).toBe(path)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')

    for (const listed of [
      await api.as('writer').ask('GET', own),
      await api.as('admin').ask('GET', '/api/v0/accessTokens'),
    ]) {
      expect(checkedBody(listed, accessTokenList).accessTokens).toEqual([created])
      expect(listed.text).not.toContain(token)
    }
    expect((await api.as('admin').ask('DELETE', path)).status).toBe(204)
    expect(await api.as('writer').ask('DELETE', path)).toMatchObject({
      status: 404,
      code: 'NO_SUCH_ACCESS_TOKEN',
    })
  })

  test.each([
    [{ ...asked, name: '' }, /^name: /],
    [{ ...asked, repositories: ['team', 'UP'] }, /^repositories\.1: /],
    [{ ...asked, repositories: 'team' }, /^repositories: /],
    [{ ...asked, actions: ['administer'] }, /^actions: /],
    [{ ...asked, expiresAt: 'tomorrow' }, /^expiresAt: /],
    [{ ...asked, expiresAt: '2020-01-01T00:00:00Z' }, /^expiresAt: .*not over/],
    [{ ...asked, scopes: [] }, /^scopes: /],
  ])('are not created by %j', async (body, message) => {
    expect(await send('POST', own, body)).toMatchObject({
      status: 400,
      code: 'INVALID_PARAMETERS',
      message: expect.stringMatching(message),
    })
  })

  test('need a name that the account does not use yet', async () => {
    await send('POST', own, asked)
    expect(await send('POST', own, asked)).toMatchObject({
      status: 409,
      code: 'ACCESS_TOKEN_EXISTS',
    })
  })

  test('of other accounts are refused with the same message, whether the account exists or not', async () => {
    const reader = api.as('reader')
    const there = await reader.ask('GET', own)
    const absent = await reader.ask('GET', '/api/v0/accounts/nobody/accessTokens')
    expect([there.status, there.text]).toEqual([403, absent.text])
    expect(await api.as('admin').ask('GET', '/api/v0/accounts/nobody/accessTokens')).toMatchObject({
      status: 404,
      code: 'NO_SUCH_ACCOUNT',
    })
  })

  test('delete with the curl command if they allow deleting', async () => {
    const image = tinyImage({ layers: ['app'] })
    await api.as('admin').pushImage('team/app', image, '1.0')
    const path = '/api/v0/repositories/team/app/manifests/1.0'
    const { client: pushing } = await api.tokenOf('writer', { actions: ['pull', 'push'] })
    expect(await pushing.ask('DELETE', path)).toMatchObject({
      status: 403,
      message: expect.stringMatching(/does not allow delete on team\/app/),
    })
    const { client: elsewhere } = await api.tokenOf('writer', {
      name: 'elsewhere',
      scope: ['team/other'],
      actions: ['pull', 'delete'],
    })
    expect((await elsewhere.ask('DELETE', path)).status).toBe(404)
    const { client: deleting } = await api.tokenOf('writer', {
      name: 'deleting',
      actions: ['delete'],
    })
    expect((await deleting.ask('DELETE', path)).status).toBe(204)
  })

  test('list only the repositories in their scope', async () => {
    const image = tinyImage({ layers: ['app'] })
    for (const name of ['team/app', 'team/other', 'library/base']) {
      await api.as('admin').pushImage(name, image, '1.0')
    }
    const { client } = await api.tokenOf('admin', { scope: ['team/app', 'library'] })
    const { json: listed } = await client.ask('GET', '/api/v0/repositories')
    expect(listed).toMatchObject({
      repositories: [
        { id: 'library/base', accessLevel: 'read-only' },
        { id: 'team/app', accessLevel: 'read-only' },
      ],
    })
  })

  test('read no metrics', async () => {
    const { client } = await api.tokenOf('admin')
    expect((await client.ask('GET', '/metrics')).status).toBe(403)
  })
})

describe('a deleted account', () => {
  test('can do nothing more, and its name stays in the activity', async () => {
    const { client } = await api.tokenOf('writer')
    expect((await api.as('admin').ask('DELETE', '/api/v0/accounts/writer')).status).toBe(204)
    expect((await api.as('writer').ask('GET', '/api/v0/session')).status).toBe(401)
    expect((await client.ask('GET', '/v2/')).status).toBe(401)
    expect(await api.as('admin').ask('DELETE', '/api/v0/accounts/writer')).toMatchObject({
      status: 404,
      code: 'NO_SUCH_ACCOUNT',
    })
    const { text } = await api.as('admin').ask('GET', '/api/v0/activity?person=writer')
    expect(text).toContain('access token created')
  })

  test('reveals nothing to a new account of the same name', async () => {
    const headers = json
    await api.as('admin').pushImage('team/app', tinyImage({ layers: ['app'] }), '1.0')
    await api.as('writer').ask('DELETE', '/api/v0/repositories/team/app/tags/1.0')
    await api.services.authentication.signIn('writer', 'writer-password', null)
    await api.as('admin').ask('DELETE', '/api/v0/accounts/writer')
    api.clock.advance(1000)
    const body = JSON.stringify({ name: 'writer', password: 'writer-password' })
    await api.as('admin').ask('POST', '/api/v0/accounts', { headers, body })
    expect((await api.as('writer').ask('GET', '/api/v0/activity')).json).toMatchObject({
      entries: [{ kind: 'account created' }],
    })
    expect((await api.as('admin').ask('GET', '/api/v0/accounts/writer')).json).toMatchObject({
      lastSignedInAt: null,
      grants: [],
    })
  })

  test('cannot be the last administrator', async () => {
    expect(await api.as('admin').ask('DELETE', '/api/v0/accounts/admin')).toMatchObject({
      status: 409,
      code: 'LAST_ADMINISTRATOR',
    })
  })
})

describe('anonymous access', () => {
  const path = '/api/v0/anonymous/access'

  test('is set and read back', async () => {
    const grants = [{ scope: 'library', accessLevel: 'read-only' as const }]
    expect(checkedBody(await send('PUT', path, { grants }, 'admin'), accountAccess)).toEqual({
      grants,
    })
    expect((await api.as('admin').ask('GET', path)).json).toEqual({ grants })
  })

  test('allows only reading', async () => {
    const grants = [{ scope: 'library', accessLevel: 'read-write' }]
    expect(await send('PUT', path, { grants }, 'admin')).toMatchObject({
      status: 400,
      message: expect.stringMatching(/^grants\.0\.accessLevel: .*read-only/),
    })
  })

  test('opens no part of the dashboard’s API', async () => {
    await send('PUT', path, { grants: [{ scope: 'team', accessLevel: 'read-only' }] }, 'admin')
    await api.as('admin').pushImage('team/app', tinyImage({ layers: ['app'] }), '1.0')
    for (const call of ['/repositories', '/repositories/team/app/tags', '/search?query=a']) {
      expect((await api.as(null).ask('GET', `/api/v0${call}`)).status).toBe(401)
    }
    // A signed-in account also sees what anonymous callers may read.
    const { json: listed } = await api.as('stranger').ask('GET', '/api/v0/repositories')
    expect(listed).toMatchObject({ repositories: [{ id: 'team/app', accessLevel: 'read-only' }] })
  })
})
