import { afterEach, expect, it } from 'vitest'
import { createTestApi } from '#testing/builders/test-api.ts'
import { contentOf } from '#testing/builders/tiny-image.ts'
import { startHttpServer, type HttpServer } from './http-server.ts'
import { openRawClient, requestHead } from '#testing/builders/raw-client.ts'

let server: HttpServer | null = null

afterEach(async () => {
  await server?.close(0)
  server = null
})

async function open() {
  const api = await createTestApi()
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    api: api.fetch,
    dashboard: () => new Response('the dashboard'),
    fail: () => {},
  })
  return openRawClient(server.origin)
}

const asks = 'Expect: 100-continue'
const blob = contentOf('a layer')
const push = `POST /v2/team/app/blobs/uploads/?digest=${blob.digest}`

it('lets a client that asks first send what is accepted', async () => {
  const client = await open()
  client.send(requestHead(push, asks, `Content-Length: ${blob.bytes.length}`))
  expect(await client.received('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  client.send('a layer')
  expect(await client.received('Location')).toContain('HTTP/1.1 201 Created')
  client.socket.destroy()
})

it.each([
  ['a layer without signing in', `${push} HTTP/1.1\r\nHost: x\r\n`, 401],
  [
    'a layer for a repository of others',
    requestHead(push.replace('team', 'other')).slice(0, -2),
    403,
  ],
  ['a manifest that is too large', requestHead('PUT /v2/team/app/manifests/1').slice(0, -2), 413],
])('spares a client the body of a refused request: %s', async (_, head, status) => {
  const client = await open()
  client.send(`${head}${asks}\r\nContent-Length: 200000000\r\n\r\n`)
  const answer = await client.received('"errors"')
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  client.socket.destroy()
})
