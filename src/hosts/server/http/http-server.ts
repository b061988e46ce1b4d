import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { HostBindings } from '#http/app.ts'
import { sourceOfStream } from '#adapters/filesystem/file-stream.ts'
import type { Bytes } from '#storage/storage.ts'
import { bodyOfIncoming, createBodyCut, type BodyCutting } from './body-of-incoming.ts'
import { createClientSide, type ClientSide } from './client-side.ts'
import { SpellingResponse } from './header-spelling.ts'
import { sendFile } from './send-file.ts'
import type { InflightRequests } from './inflight-requests.ts'
import { trustsNone } from './trusted-proxies.ts'
import { withinTime } from './within-time.ts'

type Fetch = (request: Request, bindings?: HostBindings) => Response | Promise<Response>

export interface HttpServerOptions {
  readonly host: string
  readonly port: number
  /** Answers `/api/`, `/v2/` and what is for machines. */
  readonly api: Fetch
  /** Answers all else. */
  readonly dashboard: (request: Request) => Response | Promise<Response>
  /** Told of what fails on the way to a client, who can be told no more. */
  readonly fail: (error: unknown) => void
  /** Told of each request of a container client. */
  readonly inflight?: InflightRequests
  readonly patience?: Partial<Patience>
  /** Whom a request counts as coming from; unless told, whoever is connected. */
  readonly clientSide?: ClientSide
}

/** How long slow clients are waited for, in milliseconds. */
export interface Patience {
  /** Until the headers of a request have arrived; then 408. */
  readonly headersMs: number
  /** Until its body has, where that is small; then 408. */
  readonly bodyMs: number
  /** Of silence in the middle of a layer. It is cut then, and can be gone on with. */
  readonly idleMs: number
}

export interface HttpServer {
  /** `http://127.0.0.1:4400` */
  readonly origin: string
  /** Takes no more connections, lets requests finish for so long, then cuts what is left. */
  close(graceMs: number): Promise<void>
}

const forMachines = /^\/(?:api|v2|healthz|metrics)(?:\/|$)/

/** Layers take as long as they take, as long as they flow; no other body has more than 4 MiB. */
const carriesLayer = /^\/v2\/.+\/blobs\/uploads(?:\/|$)/

/** Those of the dashboard wait for what a collection finds, some of them, and must not slow it down. */
const isOfClient = /^\/v2(?:\/|$)/

const readsBlob = /^\/v2\/.+\/blobs\/[^/]+$/

const usualPatience: Patience = { headersMs: 60_000, bodyMs: 60_000, idleMs: 10 * 60_000 }

const knowsNoProxy = createClientSide({ publicOrigin: null, trustsProxy: trustsNone })

/** Of a body, on its way through a connection: what one write to the disk takes. */
const bufferedBytes = 256 * 1024

/**
 * The same request with the body as this server reads it, however it is asked for. It is made then.
 */
function withBody(
  request: Request,
  { incoming, outgoing }: HttpBindings,
  cut: BodyCutting,
): Request {
  const willRead = () => {
    if (incoming.headers.expect !== undefined && !outgoing.headersSent) outgoing.writeContinue()
  }
  let body: ReadableStream<Bytes> | null | undefined
  const get = () => (body === undefined ? (body = bodyOfIncoming(incoming, cut, willRead)) : body)
  return Object.defineProperties(request, {
    body: { get },
    text: { value: () => new Response(get()).text() },
    json: { value: () => new Response(get()).json() },
    arrayBuffer: { value: () => new Response(get()).arrayBuffer() },
  })
}

/** Sends an answer by itself where that is a file, and says how long it is. */
async function sendingFile(
  answer: Response | Promise<Response>,
  { outgoing }: HttpBindings,
  fail: (error: unknown) => void,
): Promise<Response> {
  const response = await answer
  const source = response.body && sourceOfStream(response.body)
  const size = response.headers.get('Content-Length')
  if (!source || size === null) return response
  try {
    await sendFile(outgoing, response, source, Number(size))
  } catch (error) {
    fail(error)
    if (!outgoing.headersSent) return new Response(null, { status: 500 })
  }
  return RESPONSE_ALREADY_SENT
}

/** One port for dashboard, API and registry. Resolves once it listens. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const patience = { ...usualPatience, ...options.patience }
  const clientSide = options.clientSide ?? knowsNoProxy
  const server = createAdaptorServer({
    fetch: (request, env) => {
      const path = new URL(request.url).pathname
      if (!forMachines.test(path)) return options.dashboard(request)
      // Only HTTP/1 is spoken here, so the bindings are those of node:http.
      const bindings = env as HttpBindings
      const { incoming, outgoing } = bindings
      const end = isOfClient.test(path) ? options.inflight?.begin() : undefined
      if (end) outgoing.once('close', end)
      const cut = createBodyCut()
      const answer = options.api(withBody(request, bindings, cut), clientSide(incoming))
      if (carriesLayer.test(path)) return answer
      const inTime = withinTime(incoming, patience.bodyMs, cut, answer)
      return readsBlob.test(path) ? sendingFile(inTime, bindings, options.fail) : inTime
    },
    serverOptions: {
      ServerResponse: SpellingResponse,
      // For whole requests with their bodies: its default of five minutes would break large pushes.
      requestTimeout: 0,
      headersTimeout: patience.headersMs,
      connectionsCheckingInterval: Math.min(30_000, patience.headersMs),
      maxHeaderSize: 16 * 1024,
      highWaterMark: bufferedBytes,
    },
  }) as Server
  server.setTimeout(patience.idleMs)
  // Who asks first whether to send a body is told to when it is read: not when it is refused.
  server.on('checkContinue', (incoming, outgoing) => server.emit('request', incoming, outgoing))

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  const { address, port, family } = server.address() as AddressInfo
  return {
    origin: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const cut = setTimeout(() => server.closeAllConnections(), graceMs)
      await closed
      clearTimeout(cut)
    },
  }
}
