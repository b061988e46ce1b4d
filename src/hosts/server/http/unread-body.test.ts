import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { maximumManifestBytes } from '#domain/manifest/manifest.ts'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { openRawClient, requestHead, type RawClient } from '#testing/builders/raw-client.ts'
import { startHttpServer, type HttpServer } from './http-server.ts'
import { leaveBodyUnread } from './unread-body.ts'

const pouredBytes = 200_000_000
/**
 * What may be read of a body that is not needed: what is thrown away, and what the buffers of the
 * request and of the connection hold, each 256 KiB and the last part that arrived.
 */
const boundBytes = 3 * (256 + 64) * 1024

let api: TestApi
let server: HttpServer
const failures: unknown[] = []
const accepted: Socket[] = []
/** Those that are open, by the client's port: a later client may get the same one. */
const openSockets = new Map<number | undefined, Socket>()
const clients: RawClient[] = []
const serverSideOf = new WeakMap<RawClient, Socket>()

const noteSocket = (message: unknown): void => {
  const { socket } = message as { readonly socket: Socket }
  const { remotePort } = socket
  accepted.push(socket)
  openSockets.set(remotePort, socket)
  socket.once('close', () => {
    if (openSockets.get(remotePort) === socket) openSockets.delete(remotePort)
  })
}

beforeEach(async () => {
  subscribe('net.server.socket', noteSocket)
  api = await createTestApi()
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    api: api.fetch,
    dashboard: () => new Response('no such page', { status: 404 }),
    fail: (error) => failures.push(error),
  })
})

afterEach(async () => {
  unsubscribe('net.server.socket', noteSocket)
  for (const { socket } of clients.splice(0)) socket.destroy()
  await server.close(0)
  accepted.length = 0
  openSockets.clear()
  expect([...failures.splice(0), ...api.failures]).toEqual([])
})

async function open(): Promise<RawClient> {
  const client = openRawClient(server.origin)
  clients.push(client)
  await new Promise<void>((resolve) => client.socket.once('connect', resolve))
  const { localPort } = client.socket
  // Not each connection is accepted at once.
  for (;;) {
    const serverSide = openSockets.get(localPort)
    if (serverSide !== undefined) {
      serverSideOf.set(client, serverSide)
      return client
    }
    await setImmediate()
  }
}

/** The server's side of a connection, once it is closed. */
async function closedByServer(client: RawClient): Promise<Socket> {
  const socket = serverSideOf.get(client)
  if (socket === undefined) throw new Error('no such connection')
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return socket
}

const part = 'x'.repeat(1_000_000)
const chunkOf = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`

/** Sends a body without waiting. */
function pour({ socket }: RawClient, head: string): void {
  const bytes = Buffer.from(head.includes('chunked') ? chunkOf(part) : part)
  socket.write(head)
  for (let sent = 0; sent < pouredBytes; sent += part.length) socket.write(bytes)
}

/** What the client has read when the connection is closed, and how much the server has read. */
async function poured(head: string): Promise<{ answer: string; takenBytes: number }> {
  const client = await open()
  pour(client, head)
  const answer = await client.closed
  return { answer, takenBytes: (await closedByServer(client)).bytesRead }
}

const anonymous = (line: string, ...headers: readonly string[]): string =>
  [`${line} HTTP/1.1`, 'Host: registry.test', ...headers, '', ''].join('\r\n')
const announced = `Content-Length: ${pouredBytes}`
const chunked = 'Transfer-Encoding: chunked'
const json = 'Content-Type: application/json'
const uploads = '/v2/team/app/blobs/uploads'

function expectWhole(answer: string, status: number): void {
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  expect(head).toContain('Connection: close')
  expect(head).toMatch(new RegExp(`Content-Length: ${body.length}\\r?$`, 'm'))
}

describe.each([announced, chunked])('a client that sends 200 MB without waiting, %s', (length) => {
  it('sees the whole answer, and little of its body is read', async () => {
    const requests = [
      [401, anonymous(`POST ${uploads}/`, length)],
      [401, anonymous('PUT /v2/team/app/manifests/1', length)],
      [401, anonymous('PUT /v2/team/app/manifests/1', length, 'Connection: close')],
      [401, anonymous('DELETE /v2/team/app/manifests/1', length)],
      [401, anonymous('GET /v2/', length)],
      [403, requestHead('PUT /v2/other/app/manifests/1', length)],
      [404, requestHead(`PATCH ${uploads}/none`, length)],
      [404, requestHead('POST /elsewhere', length)],
      [413, requestHead('POST /api/v0/session', json, length)],
      [400, requestHead(`POST ${uploads}/?digest=sha256:1`, length)],
      [200, requestHead('GET /healthz', length)],
    ] as const
    await Promise.all(
      requests.map(async ([status, head]) => {
        const { answer, takenBytes } = await poured(head)
        expectWhole(answer, status)
        expect(takenBytes, head).toBeLessThan(boundBytes)
      }),
    )
  })

  it('is kept out by a collection without its body', async () => {
    await api.gate.close({ mode: 'reject-pushes', maximumWaitMs: 0 })
    const { answer, takenBytes } = await poured(requestHead(`POST ${uploads}/`, length))
    expectWhole(answer, 405)
    expect(takenBytes).toBeLessThan(boundBytes)
  })

  it('is told that it tries too often without its body', async () => {
    const wrong = { Authorization: `Basic ${btoa('writer:wrong')}` }
    let status = 0
    while (status !== 429) {
      status = (await fetch(`${server.origin}/v2/`, { headers: wrong })).status
    }
    const line = `PUT /v2/team/app/manifests/1`
    const { answer, takenBytes } = await poured(
      anonymous(line, length, `Authorization: ${wrong.Authorization}`),
    )
    expectWhole(answer, 429)
    expect(takenBytes).toBeLessThan(boundBytes)
  })
})

it('refuses in the middle of a body, and reads little more', async () => {
  const { answer, takenBytes } = await poured(requestHead('PUT /v2/team/app/manifests/1', chunked))
  expectWhole(answer, 413)
  expect(takenBytes).toBeGreaterThan(maximumManifestBytes)
  expect(takenBytes).toBeLessThan(maximumManifestBytes + boundBytes)
})

it('closes 200 connections whose clients pour, and such as never read', async () => {
  for (let round = 0; round < 4; round += 1) {
    const some = await Promise.all(Array.from({ length: 50 }, open))
    for (const [position, client] of some.entries()) {
      if (position % 2 === 0) client.socket.pause()
      pour(client, anonymous(`POST ${uploads}/`, position % 3 === 0 ? chunked : announced))
    }
    await Promise.all(
      some.map(async (client) => {
        const { bytesRead } = await closedByServer(client)
        expect(bytesRead).toBeLessThan(boundBytes)
        client.socket.destroy()
      }),
    )
  }
  expect(accepted).toHaveLength(200)
  expect(accepted.every(({ closed }) => closed)).toBe(true)
})

describe('a connection stays open', () => {
  const next = anonymous('GET /healthz')

  it('after a small body that was not needed, and arrives after the answer', async () => {
    const client = await open()
    client.send(requestHead(`POST ${uploads}/?digest=sha256:1`, 'Content-Length: 100000'))
    expect(await client.received('DIGEST_INVALID')).toContain('Connection: keep-alive')
    client.send('x'.repeat(100_000))
    client.send(next)
    expect(await client.received('"ok"')).toMatch(/HTTP\/1\.1 200 OK/)
  })

  it('after a body in chunks that has arrived', async () => {
    const client = await open()
    client.send(`${requestHead('POST /elsewhere', chunked)}${chunkOf('abc')}0\r\n\r\n${next}`)
    expect(await client.received('"ok"')).toContain('HTTP/1.1 404 ')
    expect(await client.received('"ok"')).not.toContain('Connection: close')
  })

  it('after a body that has arrived, and was read in part', async () => {
    const lateServer = createServer({ highWaterMark: 1_000_000 }, (incoming, outgoing) => {
      void (async () => {
        incoming.once('data', () => incoming.pause())
        while (!incoming.complete) await setImmediate()
        answer(incoming, outgoing)
      })()
    })
    const answer = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
      leaveBodyUnread(incoming, outgoing, 600_000)
      outgoing.end('answered')
    }
    await new Promise<void>((resolve) => lateServer.listen(0, '127.0.0.1', resolve))
    const client = openRawClient(`http://127.0.0.1:${(lateServer.address() as AddressInfo).port}`)
    const head = requestHead('POST /', 'Content-Length: 200000')
    for (let round = 0; round < 2; round += 1) client.send(`${head}${'x'.repeat(200_000)}`)
    expect(await client.received('answered')).toContain('Connection: keep-alive')
    while (!/answered[^]*answered/.test(await client.received('answered'))) await setImmediate()
    client.socket.destroy()
    lateServer.close()
  })
})

describe('a request that follows on the same connection', () => {
  it('is answered in order, with bodies that were not needed between', async () => {
    const client = await open()
    const bodied = (path: string) =>
      `${anonymous(`POST ${path}`, 'Content-Length: 3')}abc${anonymous('GET /healthz')}`
    client.send(`${bodied(`${uploads}/`)}${bodied('/elsewhere')}`)
    const answers = await client.received('no such page')
    expect(answers.match(/HTTP\/1\.1 \d+/g)?.slice(0, 3)).toEqual(
      [401, 200, 404].map((status) => `HTTP/1.1 ${status}`),
    )
  })

  it('is not done once the server has said that it closes', async () => {
    await api.as('writer').pushImage('team/app', tinyImage({ layers: ['a'] }), '1.0')
    const client = await open()
    client.send(anonymous(`POST ${uploads}/`, chunked))
    await client.received('UNAUTHORIZED')
    client.send(`${chunkOf('abc')}0\r\n\r\n${requestHead('DELETE /v2/team/app/manifests/1.0')}`)
    expect((await client.closed).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401'])
    expect((await api.as('writer').ask('GET', '/v2/team/app/manifests/1.0')).status).toBe(200)
  })

  it('is not confused with the body of a client that asked first, and was refused', async () => {
    await api.as('writer').pushImage('team/app', tinyImage({ layers: ['a'] }), '1.0')
    const client = await open()
    client.send(anonymous(`POST ${uploads}/`, 'Expect: 100-continue', 'Content-Length: 100'))
    expect(await client.received('UNAUTHORIZED')).toContain('Connection: close')
    client.send(requestHead('DELETE /v2/team/app/manifests/1.0'))
    await client.closed
    expect((await api.as('writer').ask('GET', '/v2/team/app/manifests/1.0')).status).toBe(200)
  })
})

it('closes at once when the client has closed its side', async () => {
  const client = await open()
  client.send(anonymous(`POST ${uploads}/`, chunked))
  await client.received('UNAUTHORIZED')
  client.socket.end()
  await closedByServer(client)
})
