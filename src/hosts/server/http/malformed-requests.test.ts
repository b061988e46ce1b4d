import { afterEach, expect, test } from 'vitest'
import { createTestApi } from '#testing/builders/test-api.ts'
import { startHttpServer, type HttpServer } from './http-server.ts'
import { openRawClient } from '#testing/builders/raw-client.ts'

let server: HttpServer | null = null

afterEach(async () => {
  await server?.close(0)
  server = null
})

const head = (line: string, ...headers: readonly string[]) =>
  [`${line} HTTP/1.1`, 'Host: registry.test', ...headers, '', ''].join('\r\n')
const json = 'Content-Type: application/json'
const form = 'Content-Type: application/x-www-form-urlencoded'
const chunked = 'Transfer-Encoding: chunked'

test.each([
  ['a chunk without end', `${head('POST /api/v0/session', json, chunked)}5\r\nab`],
  ['a chunk without a length', `${head('POST /api/v0/session', json, chunked)}zz\r\n`],
  ['half a body', `${head('POST /api/v0/session', json, 'Content-Length: 50')}{"na`],
  ['half a form', `${head('POST /v2/token', form, 'Content-Length: 50')}grant`],
  ['a form of a chunk without end', `${head('POST /v2/token', form, chunked)}5\r\nab`],
  ['a body for a method that has none', `${head('GET /api/v0/session', chunked)}5\r\nab`],
  ['half a manifest', `${head('PUT /v2/a/b/manifests/1', 'Content-Length: 50')}{`],
  ['half a layer', `${head('POST /v2/a/b/blobs/uploads/', chunked)}5\r\nab`],
  ['invalid credentials', head('GET /v2/', 'Authorization: Basic ////')],
  ['an invalid cookie', head('GET /api/v0/session', 'Cookie: jetsam_session=%ff')],
  ['an invalid address', head('GET /v2/%zz/%ff')],
  ['an invalid host', 'GET /v2/ HTTP/1.1\r\nHost: a b\r\n\r\n'],
  ['an invalid method', head('TRACE /api/v0/session')],
])('%s, without credentials, is not logged as a failure', async (_, text) => {
  const api = await createTestApi()
  const failures: unknown[] = []
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    api: api.fetch,
    dashboard: () => new Response('the dashboard'),
    fail: (error) => failures.push(error),
    patience: { bodyMs: 60_000 },
  })
  const client = openRawClient(server.origin)
  client.send(text)
  await new Promise((resolve) => client.socket.once('connect', resolve))
  // Waits for an answer if there is one; the client may also have disconnected.
  await fetch(`${server.origin}/healthz`)
  client.socket.destroy()
  await client.closed
  for (let turn = 0; turn < 20; turn += 1) await fetch(`${server.origin}/healthz`)
  expect([...api.failures, ...failures]).toEqual([])
})
