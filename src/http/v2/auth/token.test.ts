import { revokeAccessToken } from '#services/accounts/access-tokens.ts'
import { setAccountGrants } from '#services/accounts/accounts.ts'
import { theServer } from '#services/activity/actor.ts'
import { createTestApi, passwordOf } from '#testing/builders/test-api.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  challengeOf,
  createTokenWorld,
  image,
  tokenPath,
  type TokenAnswer,
  type TokenWorld,
} from '#testing/builders/token-world.ts'

const app = '/v2/team/app'
const pull = 'repository:team/app:pull'
const all = 'repository:team/app:pull,push,delete'

let api: TokenWorld['api']
let issued: TokenWorld['issued']
let withBearer: TokenWorld['withBearer']

beforeEach(async () => {
  ;({ api, issued, withBearer } = await createTokenWorld())
})

describe('a bearer token', () => {
  test('allows what was asked for and is allowed', async () => {
    const asked = [
      'repository:team/app:pull,push',
      'repository:other/app:pull repository:team/deep/er:*',
      'repository:Not/A-Name:pull',
      'registry:catalog:*',
      'plugin:x:y',
      'nonsense',
    ]
    const { scope, token, access_token, expires_in, issued_at } = await issued('reader', asked)
    expect(scope).toBe('repository:team/app:pull repository:team/deep/er:pull registry:catalog:*')
    expect([access_token, expires_in]).toEqual([token, 300])
    expect(issued_at).toBe('2026-11-24T12:00:00.000Z')
    expect((await issued('writer', asked)).scope).toBe(
      'repository:team/app:pull,push repository:team/deep/er:pull,push,delete registry:catalog:*',
    )
    expect((await issued(null, asked)).scope).toBe('registry:catalog:*')
  })

  test('is accepted within its scope, and otherwise the refusal names the missing scope', async () => {
    const { token } = await issued('writer', [pull])
    expect((await withBearer(token, 'GET', '/v2/')).status).toBe(200)
    expect((await withBearer(token, 'GET', `${app}/manifests/1.0`)).status).toBe(200)
    const refused = await withBearer(token, 'PUT', `${app}/manifests/2.0`)
    expect(refused).toMatchObject({ status: 401, code: 'UNAUTHORIZED' })
    expect(challengeOf(refused)).toBe(
      'Bearer realm="http://registry.test/v2/token",service="registry.test",scope="repository:team/app:pull,push",error="insufficient_scope"',
    )
    expect(challengeOf(await withBearer(token, 'GET', '/v2/_catalog'))).toMatch(
      /scope="registry:catalog:\*",error="insufficient_scope"$/,
    )
    const wider = await issued('writer', ['repository:team/app:pull,push'])
    expect((await withBearer(wider.token, 'PUT', `${app}/manifests/2.0`)).status).toBe(201)
  })

  test('is refused without a new challenge if another token would not help', async () => {
    const { token } = await issued('reader', [all])
    expect(await withBearer(token, 'PUT', `${app}/manifests/2.0`)).toMatchObject({
      status: 403,
      code: 'DENIED',
      message: 'this needs read-write access to team/app: ask an administrator for it',
    })
    const { token: strangers } = await issued('stranger', [all])
    expect(await withBearer(strangers, 'GET', `${app}/manifests/1.0`)).toMatchObject({
      status: 404,
      code: 'NAME_UNKNOWN',
    })
  })

  test('cannot mount a blob from a repository outside its scope', async () => {
    const digest = image.blobs[0]?.digest ?? ''
    const path = `/v2/team/other/blobs/uploads/?mount=${digest}&from=team/app`
    expect(challengeOf(await api.as(null).ask('POST', path))).toMatch(
      /scope="repository:team\/other:pull,push repository:team\/app:pull"$/,
    )
    const one = await issued('writer', ['repository:team/other:pull,push'])
    const refused = await withBearer(one.token, 'POST', path)
    expect(refused.status).toBe(401)
    expect(challengeOf(refused)).toMatch(
      /scope="repository:team\/other:pull,push repository:team\/app:pull",error="insufficient_scope"$/,
    )
    const anywhere = `/v2/team/other/blobs/uploads/?mount=${digest}`
    expect((await withBearer(one.token, 'POST', anywhere)).status).toBe(202)
    const both = await issued('writer', ['repository:team/other:pull,push', pull])
    expect((await withBearer(both.token, 'POST', path)).status).toBe(201)
  })

  test('gets an upload instead of a challenge for a mount if another token would not help', async () => {
    const digest = image.blobs[0]?.digest ?? ''
    await api.as('admin').pushImage('secret/app', image, '1.0')
    const { token } = await issued('writer', ['repository:team/other:pull,push'])
    for (const from of ['secret/app', 'secret/none']) {
      const path = `/v2/team/other/blobs/uploads/?mount=${digest}&from=${from}`
      expect((await withBearer(token, 'POST', path)).status).toBe(202)
    }
  })

  test('expires after five minutes and a little, by the clock of the server', async () => {
    const { token } = await issued('writer', [pull])
    api.clock.advance(359_000)
    expect((await withBearer(token, 'GET', `${app}/manifests/1.0`)).status).toBe(200)
    api.clock.advance(1000)
    const over = await withBearer(token, 'GET', `${app}/manifests/1.0`)
    expect(over.status).toBe(401)
    expect(challengeOf(over)).toMatch(/^Bearer realm=.*,error="invalid_token"$/)
    // After the clock was set back by a day, the token is not valid for longer.
    api.clock.advance(-24 * 3_600_000)
    expect((await withBearer(token, 'GET', `${app}/manifests/1.0`)).status).toBe(401)
  })

  test('allows no more than its account does now', async () => {
    const { token } = await issued('writer', [all])
    const read = async () => (await withBearer(token, 'GET', `${app}/manifests/1.0`)).status
    const change = (body: unknown) =>
      api.as('admin').ask('PATCH', '/api/v0/accounts/writer', {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      })
    await change({ isActive: false })
    expect(await read()).toBe(401)
    await change({ isActive: true })
    expect(await read()).toBe(200)
    await setAccountGrants(api.services, 'writer', [], theServer)
    expect(await read()).toBe(404)
    await change({ password: 'a new password' })
    expect(await read()).toBe(401)
  })

  test('ends with the access token that it was made from', async () => {
    const { id, client } = await api.tokenOf('writer', { scope: ['team'], actions: ['pull'] })
    const { json } = await client.ask('GET', tokenPath([all]))
    const { token, scope } = json as TokenAnswer
    expect(scope).toBe(pull)
    expect((await withBearer(token, 'GET', `${app}/manifests/1.0`)).status).toBe(200)
    expect(await withBearer(token, 'PUT', `${app}/manifests/2.0`)).toMatchObject({
      status: 403,
      message: expect.stringMatching(/access token does not allow push/),
    })
    await revokeAccessToken(api.services, 'writer', id, theServer)
    expect((await withBearer(token, 'GET', `${app}/manifests/1.0`)).status).toBe(401)
  })

  test('is refused when it was changed, or signed by another server', async () => {
    const { token } = await issued('writer', [pull])
    const [header = '', claims = '', signature = ''] = token.split('.')
    const changed = JSON.parse(atob(claims)) as { access: { actions: string[] }[] }
    changed.access[0]?.actions.push('push')
    const forged = btoa(JSON.stringify(changed)).replaceAll('=', '')
    const unsigned = btoa(JSON.stringify({ alg: 'none', typ: 'JWT' })).replaceAll('=', '')
    const elsewhere = await createTestApi()
    const foreign = await elsewhere.as('writer').ask('GET', tokenPath([pull]))
    for (const bad of [
      `${header}.${forged}.${signature}`,
      `${unsigned}.${claims}.`,
      `${unsigned}.${claims}.${signature}`,
      (foreign.json as TokenAnswer).token,
      'x',
      '..',
    ]) {
      expect((await withBearer(bad, 'GET', `${app}/manifests/1.0`)).status).toBe(401)
    }
  })

  test('is for images only, and cannot get another token', async () => {
    const { token } = await issued('admin', [all])
    for (const path of ['/api/v0/session', '/api/v0/repositories', '/metrics']) {
      const answer = await withBearer(token, 'GET', path)
      expect(answer.status).toBe(401)
      expect(challengeOf(answer)).toMatch(/^Basic /)
    }
    const another = await withBearer(token, 'GET', tokenPath([all]))
    expect([another.status, challengeOf(another)]).toEqual([401, expect.stringMatching(/^Basic /)])
  })

  test('is written nowhere', async () => {
    await issued('writer', [pull])
    const { events } = await api.services.state.activity.list({ limit: 100 })
    const before = events.length
    await issued('writer', [pull], { offline_token: 'true' })
    expect((await api.services.state.activity.list({ limit: 100 })).events).toHaveLength(before)
  })

  test('is not issued for a wrong password, nor for a browser’s session', async () => {
    const wrong = await api.as(null).ask('GET', '/v2/token', {
      headers: { Authorization: `Basic ${btoa('writer:wrong')}` },
    })
    expect([wrong.status, challengeOf(wrong)]).toEqual([401, expect.stringMatching(/^Basic /)])
    const signedIn = await api.services.authentication.signIn('writer', passwordOf('writer'), null)
    const sessionToken = signedIn.ok ? signedIn.value.token : ''
    const answer = await api.as(null, { sessionToken }).ask('GET', tokenPath([pull]))
    expect(answer.json).toMatchObject({ scope: '' })
  })
})
