import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTestApi } from '#testing/builders/test-api.ts'
import { contentOf } from '#testing/builders/tiny-image.ts'
import {
  openRawClient,
  requestHead as request,
  type RawClient,
} from '#testing/builders/raw-client.ts'
import { startHttpServer, type HttpServer } from './http-server.ts'
import { betweenWritesMs, createInflightRequests } from './inflight-requests.ts'

const long = 600_000
/** The port may be another process's by then, which cuts what it does not understand. */
const notServed = /ECONNREFUSED|ECONNRESET/

let nowMs = 0
const pushes = createInflightRequests(() => nowMs, betweenWritesMs)
let server: HttpServer
const sockets: Socket[] = []

beforeEach(async () => {
  nowMs += long
  const api = await createTestApi()
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    api: api.fetch,
    dashboard: () => new Response('the dashboard'),
    fail: () => {},
    pushes,
    patience: { headersMs: long, bodyMs: long, idleMs: long },
  })
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server.close(0)
})

function open(): RawClient {
  const client = openRawClient(server.origin)
  sockets.push(client.socket)
  return client
}

/** Asks on a connection of its own. */
const statusOf = (path: string): Promise<number | string> =>
  new Promise((resolve) => {
    const client = open()
    client.socket.once('error', (error) => resolve(String(error)))
    client.send(request(`GET ${path}`, 'Connection: close'))
    void client.closed.then((answer) => resolve(Number(answer.slice(9, 12))))
  })

async function beginPush(): Promise<RawClient> {
  const upload = open()
  const { digest } = contentOf('layer')
  const line = `POST /v2/team/app/blobs/uploads/?digest=${digest}`
  upload.send(`${request(line, 'Content-Length: 5', 'Connection: close')}lay`)
  while (!pushes.isBusy()) await setImmediate()
  return upload
}

it('serves all that a push asks for while one is under way, and shortly after', async () => {
  const upload = await beginPush()
  let isClosed = false
  const closed = server.close(long).then(() => (isClosed = true))
  expect(await statusOf('/v2/')).toBe(200)
  upload.send('er')
  expect(await upload.closed).toMatch(/^HTTP\/1\.1 201 /)
  expect(await statusOf('/v2/')).toBe(200)
  expect(isClosed).toBe(false)
  while (pushes.isBusy()) {
    nowMs += betweenWritesMs
    await setImmediate()
  }
  await closed
  expect(await statusOf('/v2/')).toMatch(notServed)
})

it('takes it for a push that a client asks whether a layer is there', async () => {
  const head = request(`HEAD /v2/team/app/blobs/${contentOf('layer').digest}`)
  const client = open()
  client.send(head)
  await client.received('404')
  expect(pushes.isBusy()).toBe(true)
})

it('accepts no more at once if nothing is pushed', async () => {
  expect(await statusOf('/v2/')).toBe(200)
  await server.close(long)
  expect(await statusOf('/v2/')).toMatch(notServed)
})

it('cuts a push that does not end in time', async () => {
  const upload = await beginPush()
  await server.close(0)
  expect(await upload.closed).toBe('')
  expect(await statusOf('/v2/')).toMatch(notServed)
})
