import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, it, test } from 'vitest'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { maximumManifestBytes } from '#domain/manifest/manifest.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { startHttpServer, type HttpServer, type Patience } from './http-server.ts'
import {
  openRawClient,
  requestHead as request,
  type RawClient,
} from '#testing/builders/raw-client.ts'
import { createInflightRequests } from './inflight-requests.ts'

const long = 600_000

let server: HttpServer | null = null
const sockets: Socket[] = []
const failures: unknown[] = []
let nowMs = 0
let inflight = createInflightRequests(() => nowMs)

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server?.close(0)
  server = null
  expect(failures.splice(0)).toEqual([])
})

async function start(patience: Partial<Patience> = {}): Promise<TestApi> {
  const api = await createTestApi()
  inflight = createInflightRequests(() => nowMs)
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    api: api.fetch,
    dashboard: () => new Response('the dashboard'),
    fail: (error) => failures.push(error),
    inflight,
    patience: { headersMs: long, bodyMs: long, idleMs: long, ...patience },
  })
  return api
}

function open(): RawClient {
  const client = openRawClient(server?.origin ?? '')
  sockets.push(client.socket)
  return client
}

const json = 'Content-Type: application/json'

test('it is busy while it answers a container client, or until that client disconnects', async () => {
  await start()
  const goes = async (isBusy: boolean): Promise<void> => {
    while (inflight.isBusy() !== isBusy) {
      nowMs += 1000
      await setImmediate()
    }
  }
  expect(inflight.isBusy()).toBe(false)
  for (const path of ['/', '/api/v0/session', '/healthz']) {
    await (await fetch(`${server?.origin}${path}`)).text()
    expect(inflight.isBusy()).toBe(false)
  }
  const client = open()
  client.send(request('PUT /v2/team/app/manifests/1.0', 'Content-Length: 5'))
  client.send('ab')
  await goes(true)
  nowMs += 60_000
  expect(inflight.isBusy()).toBe(true)
  sockets[0]?.destroy()
  await goes(false)
})

test('a JSON body arrives', async () => {
  await start()
  const answer = await fetch(`${server?.origin}/api/v0/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'writer', password: 'writer-password' }),
  })
  expect(answer.status).toBe(200)
})

describe('too large a request', () => {
  it.each([
    ['a header', request('GET /v2/', `X-Long: ${'x'.repeat(20_000)}`)],
    ['an address', request(`GET /v2/${'a/'.repeat(10_000)}tags/list`)],
  ])('with %s of 20 kB is 431', async (_, text) => {
    await start()
    const client = open()
    client.send(text)
    expect(await client.closed).toMatch(/^HTTP\/1\.1 431 /)
  })

  it('with a body of more than 256 KiB for /api/v0 is 413, announced or not', async () => {
    await start()
    const announced = open()
    announced.send(request('POST /api/v0/session', json, 'Content-Length: 300000'))
    expect(await announced.received('BODY_TOO_LARGE')).toMatch(/^HTTP\/1\.1 413 /)
    const chunked = open()
    chunked.send(request('POST /api/v0/session', json, 'Transfer-Encoding: chunked'))
    chunked.send(`${(300_000).toString(16)}\r\n${'x'.repeat(300_000)}\r\n`)
    expect(await chunked.received('BODY_TOO_LARGE')).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('with a manifest of more than 4 MiB is 413, before it is sent and during it', async () => {
    await start()
    const announced = open()
    const size = maximumManifestBytes + 1
    announced.send(request('PUT /v2/team/app/manifests/1', `Content-Length: ${size}`))
    expect(await announced.received('SIZE_INVALID')).toMatch(/^HTTP\/1\.1 413 /)
    const chunked = open()
    chunked.send(request('PUT /v2/team/app/manifests/1', 'Transfer-Encoding: chunked'))
    chunked.send(`${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`)
    expect(await chunked.received('SIZE_INVALID')).toMatch(/^HTTP\/1\.1 413 /)
  })
})

describe('too slow a client', () => {
  it('with incomplete headers gets 408', async () => {
    await start({ headersMs: 50 })
    const client = open()
    client.send('GET /v2/ HTTP/1.1\r\nHost: registry.test\r\nX-Slow')
    expect(await client.closed).toMatch(/^HTTP\/1\.1 408 /)
  })

  it.each(['POST /api/v0/session', 'PUT /v2/team/app/manifests/1'])(
    'with an incomplete body of %s gets 408, which is not logged as a failure',
    async (line) => {
      const api = await start({ bodyMs: 50 })
      const client = open()
      client.send(request(line, json, 'Content-Length: 100'))
      client.send('{"name":')
      const answer = await client.closed
      expect(answer).toMatch(/^HTTP\/1\.1 408 /)
      expect(answer).toContain('BODY_TOO_SLOW')
      expect(api.failures).toEqual([])
    },
  )

  it.each([
    ['Content-Length', (body: string) => [`Content-Length: ${body.length}`, body] as const],
    [
      'chunks',
      (body: string) =>
        [
          'Transfer-Encoding: chunked',
          `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
        ] as const,
    ],
  ])('is told that nothing happened, and nothing did: body by %s', async (_, frame) => {
    const api = await start({ bodyMs: 50 })
    const image = tinyImage({ layers: ['a'] })
    for (const blob of image.blobs) await api.as('writer').pushBlob('team/app', blob)
    const manifest = Buffer.from(image.bytes).toString('latin1')
    const type = `Content-Type: ${image.mediaType}`
    for (const [line, contentType, body] of [
      ['PUT /v2/team/app/manifests/slow', type, manifest],
      ['POST /api/v0/session', json, '{"name":"writer","password":"writer-password"}'],
    ] as const) {
      const [header, framed] = frame(body)
      const client = open()
      client.send(request(line, contentType, header))
      client.send(framed.slice(0, -1))
      const answer = await client.received('BODY_TOO_SLOW')
      expect(answer).toMatch(/^HTTP\/1\.1 408 /)
      client.send(framed.slice(-1))
      await client.closed
    }
    expect((await api.as('writer').ask('GET', '/v2/team/app/manifests/slow')).status).toBe(404)
    const { events } = await api.services.state.activity.list({ limit: 10 })
    expect(events).toEqual([])
    expect(api.failures).toEqual([])
  })

  it('gets its answer if its body is not needed', async () => {
    const api = await start({ bodyMs: 50 })
    await api.as('writer').pushImage('team/app', tinyImage({ layers: ['a'] }), '1.0')
    const client = open()
    client.send(request('DELETE /v2/team/app/manifests/1.0', 'Content-Length: 100'))
    expect(await client.closed).toMatch(/^HTTP\/1\.1 202 /)
  })

  it('keeps its upload of a layer as long as data flows, for any time', async () => {
    const api = await start({ bodyMs: 50 })
    const begun = await api.as('writer').ask('POST', '/v2/team/app/blobs/uploads/')
    const path = begun.headers.get('Location') ?? ''
    const layer = open()
    layer.send(request(`PATCH ${path}`, 'Content-Length: 10'))
    layer.send('01234')
    // By then twice the time limit of other bodies has passed.
    for (let round = 0; round < 2; round += 1) {
      const other = open()
      other.send(request('POST /api/v0/session', json, 'Content-Length: 100'))
      expect(await other.closed).toMatch(/^HTTP\/1\.1 408 /)
    }
    layer.send('56789')
    expect(await layer.received('Range: 0-9')).toMatch(/^HTTP\/1\.1 202 /)
  })

  it('loses a silent upload of a layer, and can continue it from what has arrived', async () => {
    const api = await start({ idleMs: 50 })
    const begun = await api.as('writer').ask('POST', '/v2/team/app/blobs/uploads/')
    const path = begun.headers.get('Location') ?? ''
    const layer = open()
    layer.send(request(`PATCH ${path}`, 'Content-Length: 10'))
    layer.send('01234')
    await layer.closed
    expect(api.failures).toEqual([])
    const status = () => api.as('writer').ask('GET', path)
    while ((await status()).headers.get('Range') !== '0-4') await setImmediate()
    const headers = { 'Content-Range': '5-9' }
    const rest = async () => api.as('writer').ask('PATCH', path, { body: '56789', headers })
    expect((await rest()).status).toBe(202)
  })
})

test('machines and people are distinguished by the path alone', async () => {
  await start()
  const get = async (path: string) => (await fetch(`${server?.origin}${path}`)).text()
  expect(await get('/v2x')).toBe('the dashboard')
  expect(await get('/repositories/team/app')).toBe('the dashboard')
  expect(await get('/healthz')).toContain('"status":"ok"')
  expect(await get('/v2/')).toContain('UNAUTHORIZED')
})

test.each([
  'GET /v2/../../etc/passwd',
  'GET /%2e%2e/%2e%2e/etc/passwd',
  'GET /v2/%2e%2e%2f%2e%2e%2fetc/manifests/passwd',
  'GET /v2/team/app/blobs/..%2f..%2f..%2f..%2fetc%2fpasswd',
  'GET /v2/team%00/manifests/1',
  'GET //etc/passwd',
  'GET http://elsewhere.test/v2/',
  'OPTIONS *',
])('%s does not reach the application', async (line) => {
  const api = await start()
  const client = open()
  client.send(request(line, 'Connection: close'))
  const answer = await client.closed
  expect(answer).toMatch(/^HTTP\/1\.1 (?:200|[34]\d\d) /)
  expect(answer).not.toContain('root:')
  expect(api.failures).toEqual([])
})
