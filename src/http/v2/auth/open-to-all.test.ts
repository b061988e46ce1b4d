import { beforeEach, describe, expect, test } from 'vitest'
import {
  challengeOf,
  createTokenWorld,
  image,
  type TokenWorld,
} from '#testing/builders/token-world.ts'

const app = '/v2/team/app'
const pull = 'repository:team/app:pull'
const all = 'repository:team/app:pull,push,delete'

let api: TokenWorld['api']
let openToAll: TokenWorld['openToAll']
let issued: TokenWorld['issued']
let withBearer: TokenWorld['withBearer']

beforeEach(async () => {
  ;({ api, openToAll, issued, withBearer } = await createTokenWorld())
})

describe('a public repository', () => {
  beforeEach(async () => {
    await api.as('admin').pushImage('team/secret', image, '1.0')
    await api.as('admin').pushImage('library/base', image, '1.0')
    await openToAll('team/app', 'library')
  })

  test('is pulled without any credentials, and cannot be pushed to', async () => {
    const nobody = api.as(null)
    for (const path of [
      `${app}/manifests/1.0`,
      `${app}/tags/list`,
      `${app}/blobs/${image.blobs[0]?.digest}`,
      `${app}/referrers/${image.digest}`,
      '/v2/library/base/manifests/1.0',
    ]) {
      expect([path, (await nobody.ask('GET', path)).status]).toEqual([path, 200])
    }
    const push = await nobody.ask('POST', `${app}/blobs/uploads/`)
    expect(push.status).toBe(401)
    expect(challengeOf(push)).toMatch(/scope="repository:team\/app:pull,push"$/)
    const mount = `${app}/blobs/uploads/?mount=${image.blobs[0]?.digest}&from=library/base`
    expect((await nobody.ask('POST', mount)).status).toBe(401)
    expect((await nobody.ask('DELETE', `${app}/manifests/1.0`)).status).toBe(401)
  })

  test('is pulled with an anonymous token', async () => {
    const { token, scope } = await issued(null, [all, 'repository:team/secret:pull'])
    expect(scope).toBe(pull)
    expect((await withBearer(token, 'GET', '/v2/')).status).toBe(200)
    expect((await withBearer(token, 'GET', `${app}/manifests/1.0`)).status).toBe(200)
    expect((await withBearer(token, 'POST', `${app}/blobs/uploads/`)).status).toBe(401)
  })

  test('is the only visible one: others are hidden, whether they exist or not', async () => {
    const { token } = await issued(null, ['repository:team/secret:pull'])
    for (const ask of [
      (path: string) => api.as(null).ask('GET', path),
      (path: string) => withBearer(token, 'GET', path),
    ]) {
      const hidden = await ask('/v2/team/secret/manifests/1.0')
      const absent = await ask('/v2/team/absent/manifests/1.0')
      expect([hidden.status, hidden.text]).toEqual([401, absent.text])
      expect(challengeOf(hidden)).toBe(challengeOf(absent)?.replace('absent', 'secret'))
    }
  })

  test('is all that the catalog lists to anonymous callers', async () => {
    const bare = await api.as(null).ask('GET', '/v2/_catalog')
    expect(challengeOf(bare)).toMatch(/scope="registry:catalog:\*"$/)
    const { token } = await issued(null, ['registry:catalog:*'])
    expect((await withBearer(token, 'GET', '/v2/_catalog')).json).toEqual({
      repositories: ['library/base', 'team/app'],
    })
    // podman searches first with a token for nothing, and then with the scope from the challenge.
    const narrow = await withBearer((await issued(null)).token, 'GET', '/v2/_catalog')
    expect(challengeOf(narrow)).toMatch(/scope="registry:catalog:\*",error="insufficient_scope"$/)
    const strangers = await issued('stranger', ['registry:catalog:*'])
    expect((await withBearer(strangers.token, 'GET', '/v2/_catalog')).json).toEqual({
      repositories: ['library/base', 'team/app'],
    })
    const { client } = await api.tokenOf('admin', { scope: ['team/secret'] })
    expect((await client.ask('GET', '/v2/_catalog')).json).toEqual({
      repositories: ['library/base', 'team/app', 'team/secret'],
    })
  })

  test('is closed again at once', async () => {
    const { token } = await issued(null, [pull])
    await openToAll()
    expect((await api.as(null).ask('GET', `${app}/manifests/1.0`)).status).toBe(401)
    expect((await withBearer(token, 'GET', `${app}/manifests/1.0`)).status).toBe(401)
    expect((await withBearer(token, 'GET', '/v2/')).status).toBe(401)
    const { token: ofCatalog } = await issued(null, ['registry:catalog:*'])
    expect((await withBearer(ofCatalog, 'GET', '/v2/_catalog')).status).toBe(401)
  })
})
