import { tinyImage } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestApi, passwordOf, type TestApi } from '#testing/builders/test-api.ts'

const image = tinyImage({ layers: ['app'] })
const named = 'https://ui.example'
const other = 'https://evil.example'
const manifest = '/v2/team/app/manifests/1.0'

let api: TestApi
beforeEach(async () => {
  api = await createTestApi({ corsOrigins: ['http://127.0.0.1:8080', named] })
  await api.as('admin').pushImage('team/app', image, '1.0')
})

/** Sends what a browser sends for a page at `origin`. */
const asks = (
  as: 'writer' | null,
  method: string,
  path: string,
  origin: string,
  headers: Record<string, string> = {},
) =>
  api.as(as).ask(method, path, {
    headers: { Origin: origin, 'Sec-Fetch-Site': 'cross-site', ...headers },
  })
const preflight = (path: string, origin: string, method = 'DELETE') =>
  asks(null, 'OPTIONS', path, origin, {
    'Access-Control-Request-Method': method,
    'Access-Control-Request-Headers': 'authorization',
  })
const words = (headers: Headers, name: string) => headers.get(name)?.split(/, */) ?? []

describe('a page of a named origin', () => {
  test.each([manifest, '/v2/', '/v2/token', '/v2/_catalog'])(
    'sends a preflight without credentials for %s',
    async (path) => {
      const { status, headers } = await preflight(path, named)
      expect(status).toBe(204)
      expect(headers.get('Access-Control-Allow-Origin')).toBe(named)
      expect(headers.get('Access-Control-Allow-Credentials')).toBe('true')
      expect(words(headers, 'Access-Control-Allow-Methods')).toContain('DELETE')
      expect(words(headers, 'Access-Control-Allow-Headers')).toEqual(
        expect.arrayContaining(['Authorization', 'Accept', 'Cache-Control']),
      )
      expect(words(headers, 'Access-Control-Allow-Headers')).not.toContain('X-Jetsam-Client')
      expect(words(headers, 'Vary')).toContain('Origin')
    },
  )

  test('reads with Basic, and sees the headers that clients need', async () => {
    const { status, headers } = await asks('writer', 'GET', manifest, named)
    expect(status).toBe(200)
    expect(headers.get('Access-Control-Allow-Origin')).toBe(named)
    expect(words(headers, 'Access-Control-Expose-Headers')).toEqual(
      expect.arrayContaining(['Docker-Content-Digest', 'ETag', 'Link', 'WWW-Authenticate']),
    )
    expect(words(headers, 'Vary')).toContain('Origin')
  })

  test('deletes with Basic, if the account may', async () => {
    expect((await asks('writer', 'DELETE', manifest, named)).status).toBe(202)
  })

  test('reads refusals and both challenges', async () => {
    const { status, headers } = await asks(null, 'GET', '/v2/_catalog', named)
    expect([status, headers.get('Access-Control-Allow-Origin')]).toEqual([401, named])
    expect(headers.get('WWW-Authenticate')).toMatch(
      /^Bearer realm="http:\/\/registry.test\/v2\/token",service="registry.test",scope="registry:catalog:\*", Basic realm=/,
    )
  })

  test('never uses the session of the dashboard', async () => {
    const signedIn = await api.services.authentication.signIn('writer', passwordOf('writer'), null)
    const cookie = `jetsam_session=${signedIn.ok ? signedIn.value.token : ''}`
    const page = { Cookie: cookie, 'X-Jetsam-Client': 'dashboard' }
    const own = { ...page, 'Sec-Fetch-Site': 'same-origin' }
    expect((await asks(null, 'GET', manifest, 'http://registry.test', own)).status).toBe(200)
    for (const origin of [named, other, 'null']) {
      for (const site of ['cross-site', 'same-site']) {
        const headers = { ...page, 'Sec-Fetch-Site': site }
        const read = await asks(null, 'GET', manifest, origin, headers)
        const deleted = await asks(null, 'DELETE', manifest, origin, headers)
        const v0 = await asks(null, 'GET', '/api/v0/repositories', origin, headers)
        expect([read.status, v0.status]).toEqual([401, 401])
        expect(deleted.status).toBe(origin === named ? 401 : 403)
      }
    }
    expect((await api.as('admin').ask('GET', manifest)).status).toBe(200)
  })
})

describe('a page of any other origin', () => {
  test.each([other, 'https://ui.example.evil.example', 'http://ui.example', 'null'])(
    'at %s gets no more access than before',
    async (origin) => {
      for (const answer of [
        await preflight(manifest, origin),
        await asks('writer', 'GET', manifest, origin),
        await asks('writer', 'DELETE', manifest, origin),
      ]) {
        expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull()
        expect(words(answer.headers, 'Vary')).toContain('Origin')
      }
      expect((await asks('writer', 'DELETE', manifest, origin)).status).toBe(403)
    },
  )

  test('gets no access to the dashboard’s API, nor does a named one', async () => {
    for (const origin of [named, other]) {
      const path = '/api/v0/repositories/team/app/manifests/1.0'
      const answer = await preflight(path, origin)
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull()
      expect((await asks('writer', 'DELETE', path, origin)).status).toBe(403)
    }
  })
})

test('without named origins, no answer has a Vary header', async () => {
  const plain = await createTestApi()
  const answer = await plain.as(null).ask('OPTIONS', '/v2/', { headers: { Origin: named } })
  expect(answer.status).toBe(401)
  expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull()
  expect(answer.headers.get('Vary')).toBeNull()
  expect(answer.headers.get('WWW-Authenticate')).not.toMatch(/Basic/)
})
