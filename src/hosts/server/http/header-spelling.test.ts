import { afterEach, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { startHttpServer, type HttpServer } from './http-server.ts'
import { openRawClient, requestHead } from '#testing/builders/raw-client.ts'

let server: HttpServer | null = null

afterEach(async () => {
  await server?.close(0)
  server = null
})

async function start(): Promise<TestApi> {
  const api = await createTestApi()
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    api: api.fetch,
    dashboard: () => new Response('the dashboard'),
    fail: () => {},
  })
  return api
}

/** The header names of an answer as they arrived. */
async function namesIn(line: string): Promise<readonly string[]> {
  const client = openRawClient(server?.origin ?? '')
  client.send(requestHead(line, 'Connection: close'))
  const head = (await client.closed).split('\r\n\r\n')[0] ?? ''
  return head
    .split('\r\n')
    .slice(1)
    .map((header) => header.slice(0, header.indexOf(':')))
}
const image = tinyImage({ layers: ['a layer'] })
const layer = `/v2/team/app/blobs/${image.blobs[1]?.digest}`
const uploads = '/v2/team/app/blobs/uploads/'

it.each([
  ['HEAD', '/v2/team/app/manifests/1.0', 'Docker-Content-Digest Content-Length ETag'],
  ['GET', '/v2/team/app/manifests/1.0', 'Docker-Content-Digest Content-Type Content-Length'],
  ['GET', '/v2/team/app/tags/list?n=1', 'Link Docker-Distribution-Api-Version'],
  ['GET', layer, 'Docker-Content-Digest Content-Length Accept-Ranges ETag Cache-Control'],
  ['POST', uploads, 'Location Range Docker-Upload-UUID Docker-Distribution-Api-Version'],
  ['GET', `/v2/team/app/referrers/${image.digest}?artifactType=a/b`, 'OCI-Filters-Applied'],
  ['GET', '/api/v0/repositories/team/app/tags?count=true', 'X-Resource-Count'],
  ['GET', '/api/v0/repositories/team/app/tags?pageSize=1', 'X-Next-Page-Start'],
  ['GET', '/api/v0/nothing', 'Content-Type X-Content-Type-Options Referrer-Policy'],
])('headers of %s %s are spelled as in documentation', async (method, path, names) => {
  const api = await start()
  await api.as('writer').pushImage('team/app', image, '1.0', '1.1')
  const line = `${method} ${path}`
  expect(await namesIn(line)).toEqual(expect.arrayContaining(names.split(' ')))
})

it('headers of refusals are spelled as in documentation', async () => {
  const api = await start()
  const { authentication } = api.services
  for (let at = 0; at < 10; at += 1) {
    await authentication.withPassword('writer', `${at}`, '127.0.0.1')
  }
  expect(await namesIn('GET /v2/')).toContain('Retry-After')
  const stranger = openRawClient(server?.origin ?? '')
  stranger.send('GET /v2/ HTTP/1.1\r\nHost: registry.test\r\nConnection: close\r\n\r\n')
  expect(await stranger.closed).toContain('\r\nWWW-Authenticate: Bearer ')
})
