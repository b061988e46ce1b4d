import { changeAccount } from '#services/accounts/accounts.ts'
import { theServer } from '#services/activity/actor.ts'
import { passwordOf } from '#testing/builders/test-api.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  createTokenWorld,
  tokenPath,
  type TokenAnswer,
  type TokenWorld,
} from '#testing/builders/token-world.ts'

const app = '/v2/team/app'
const pull = 'repository:team/app:pull'

let api: TokenWorld['api']
let issued: TokenWorld['issued']
let withBearer: TokenWorld['withBearer']
let postForm: TokenWorld['postForm']

beforeEach(async () => {
  ;({ api, issued, withBearer, postForm } = await createTokenWorld())
})

describe('the OAuth2 form', () => {
  const asked = { service: 'registry.test', client_id: 'test', scope: pull }
  const byPassword = { ...asked, grant_type: 'password', username: 'writer' }

  test('accepts a password, and an access token as one', async () => {
    const { secret } = await api.tokenOf('writer', { actions: ['pull'] })
    for (const password of [passwordOf('writer'), secret]) {
      const answer = await postForm({ ...byPassword, password })
      expect(answer).toMatchObject({ status: 200, json: { scope: pull, token_type: 'Bearer' } })
      const { access_token } = answer.json as TokenAnswer
      expect((await withBearer(access_token, 'GET', `${app}/manifests/1.0`)).status).toBe(200)
      expect(answer.json).not.toHaveProperty('refresh_token')
    }
    expect(await postForm({ ...byPassword, password: 'wrong' })).toMatchObject({
      status: 401,
      code: 'UNAUTHORIZED',
    })
  })

  test('returns a refresh token on request, which ends with the password', async () => {
    const first = await postForm({
      ...byPassword,
      password: passwordOf('writer'),
      access_type: 'offline',
    })
    const viaGet = await issued('writer', [], { offline_token: 'true' })
    for (const { refresh_token } of [first.json as TokenAnswer, viaGet]) {
      const refresh = () =>
        postForm({ ...asked, grant_type: 'refresh_token', refresh_token: refresh_token ?? '' })
      expect(await refresh()).toMatchObject({ status: 200, json: { scope: pull } })
      // A refresh token is no bearer token, and the reverse.
      expect((await withBearer(refresh_token ?? '', 'GET', '/v2/')).status).toBe(401)
    }
    const bearer = { ...asked, grant_type: 'refresh_token', refresh_token: viaGet.token }
    expect((await postForm(bearer)).status).toBe(401)
    await changeAccount(api.services, 'writer', { password: 'a new password' }, theServer)
    const { refresh_token = '' } = viaGet
    expect(await postForm({ ...asked, grant_type: 'refresh_token', refresh_token })).toMatchObject({
      status: 401,
      message: expect.stringMatching(/sign in again/),
    })
  })

  test('accepts an access token as refresh token, and returns none for it', async () => {
    const { secret, client } = await api.tokenOf('writer', { actions: ['pull'] })
    const fields = { ...asked, grant_type: 'refresh_token', refresh_token: secret }
    expect(await postForm(fields)).toMatchObject({ status: 200, json: { scope: pull } })
    const { json } = await client.ask('GET', tokenPath([pull], { offline_token: 'true' }))
    expect(json).not.toHaveProperty('refresh_token')
  })

  test('returns no refresh token to an anonymous caller', async () => {
    expect(await issued(null, [], { offline_token: 'true' })).not.toHaveProperty('refresh_token')
  })

  test.each<[Record<string, string>, number]>([
    [{}, 400],
    [{ grant_type: 'client_credentials' }, 400],
    [{ grant_type: 'refresh_token' }, 401],
    [{ grant_type: 'password' }, 401],
  ])('refuses %j', async (fields, status) => {
    expect((await postForm(fields)).status).toBe(status)
  })

  test('has a maximum length', async () => {
    expect((await postForm({ scope: 'x'.repeat(70_000) })).status).toBe(413)
  })
})
