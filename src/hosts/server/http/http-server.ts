import type { AddressInfo } from 'node:net'
import { setImmediate, setTimeout as pause } from 'node:timers/promises'
import type { IncomingMessage, Server } from 'node:http'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { HostBindings } from '#http/app.ts'
import { sourceOfStream } from '#adapters/filesystem/file-stream.ts'
import type { Bytes } from '#storage/bytes.ts'
import { bodyOfIncoming, createBodyCut, type BodyCutting } from './body-of-incoming.ts'
import { createClientSide, type ClientSide } from './client-side.ts'
import { SpellingResponse } from './header-spelling.ts'
import { sendFile } from './send-file.ts'
import type { InflightRequests } from './inflight-requests.ts'
import { trustsNone } from './trusted-proxies.ts'
import { leaveBodyUnread } from './unread-body.ts'
import { withinTime } from './within-time.ts'

type Fetch = (request: Request, bindings?: HostBindings) => Response | Promise<Response>

export interface HttpServerOptions {
  readonly host: string
  readonly port: number
  /** Answers `/api/`, `/v2/` and the paths for machines. */
  readonly api: Fetch
  /** Answers everything else. */
  readonly dashboard: (request: Request) => Response | Promise<Response>
  /** Called with failures during an answer, which the client can no longer be told. */
  readonly fail: (error: unknown) => void
  /** Notified of each request of a container client. */
  readonly inflight?: InflightRequests
  /** Notified of those that pushes are made of. */
  readonly pushes?: InflightRequests
  readonly patience?: Partial<Patience>
  /** The client of a request; by default the peer of the connection. */
  readonly clientSide?: ClientSide
}

/** How long to wait for slow clients, in milliseconds. */
export interface Patience {
  /** Until the headers of a request have arrived; then 408. */
  readonly headersMs: number
  /** Until its body has, if the body is small; then 408. */
  readonly bodyMs: number
  /** Of silence in the middle of a layer. Then the upload is cut, and can be continued. */
  readonly idleMs: number
  /** After an answer that did not need the body, until the client has read it. Then it is cut. */
  readonly lingerMs: number
}

export interface HttpServer {
  /** `http://127.0.0.1:4400` */
  readonly origin: string
  /**
   * Goes on as before while a push is under way, because clients open connections all through it.
   * Then accepts no more, and lets requests finish. Cuts what is left after this long.
   */
  close(graceMs: number): Promise<void>
}

const forMachines = /^\/(?:api|v2|healthz|metrics)(?:\/|$)/

/** Layers may take any time as long as data flows; every other body has at most 4 MiB. */
const carriesLayer = /^\/v2\/.+\/blobs\/uploads(?:\/|$)/

/** How often a server that is to close looks whether the last push has ended. */
const betweenLooksMs = 20

/** Some requests of the dashboard wait for a collection's result, and must not slow it down. */
const isOfClient = /^\/v2(?:\/|$)/

const readsBlob = /^\/v2\/.+\/blobs\/[^/]+$/

/** Who pulls requests a blob without asking whether it is there. */
const isOfPush = (method: string, path: string): boolean =>
  ['POST', 'PUT', 'PATCH'].includes(method) || (method === 'HEAD' && readsBlob.test(path))

const usualPatience: Patience = {
  headersMs: 60_000,
  bodyMs: 60_000,
  idleMs: 10 * 60_000,
  lingerMs: 500,
}

const knowsNoProxy = createClientSide({ publicOrigin: null, trustsProxy: trustsNone })

/** Buffer of a connection for a body: what one write to the disk takes. */
const bufferedBytes = 256 * 1024

/**
 * The same request with the body as this server reads it. The body is created when it is first
 * used.
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

/** Sends an answer directly if its body is a file and its length is known. */
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
  const countersOf = (method: string, path: string): InflightRequests[] => {
    if (!isOfClient.test(path)) return []
    const counters = [options.inflight, isOfPush(method, path) ? options.pushes : undefined]
    return counters.filter((counter) => counter !== undefined)
  }
  const server = createAdaptorServer({
    fetch: async (request, env) => {
      // Only HTTP/1 is used here, so the bindings are those of node:http.
      const bindings = env as HttpBindings
      const { incoming, outgoing } = bindings
      // Chunks that came with the head are parsed after it: only then a short body has ended.
      if (incoming.headers['transfer-encoding'] !== undefined) await setImmediate()
      const path = new URL(request.url).pathname
      if (!forMachines.test(path)) return options.dashboard(request)
      for (const counter of countersOf(request.method, path)) {
        outgoing.once('close', counter.begin())
      }
      const cut = createBodyCut()
      const answer = options.api(withBody(request, bindings, cut), clientSide(incoming))
      if (carriesLayer.test(path)) return answer
      const inTime = withinTime(incoming, patience.bodyMs, cut, answer)
      return readsBlob.test(path) ? sendingFile(inTime, bindings, options.fail) : inTime
    },
    // It would read up to 64 MiB of a body that was not needed, and the whole body of a GET.
    autoCleanupIncoming: false,
    serverOptions: {
      ServerResponse: class<T extends IncomingMessage> extends SpellingResponse<T> {
        override writeHead(...head: Parameters<SpellingResponse['writeHead']>): this {
          leaveBodyUnread(this.req, this, patience.lingerMs)
          return super.writeHead(...head)
        }
      },
      // For whole requests with their bodies: its default of five minutes would break large pushes.
      requestTimeout: 0,
      headersTimeout: patience.headersMs,
      connectionsCheckingInterval: Math.min(30_000, patience.headersMs),
      maxHeaderSize: 16 * 1024,
      highWaterMark: bufferedBytes,
    },
  }) as Server
  server.setTimeout(patience.idleMs)
  // A client that asks before sending a body gets the go-ahead when the body is read, not for a
  // refused request.
  server.on('checkContinue', (incoming, outgoing) => server.emit('request', incoming, outgoing))

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  const { address, port, family } = server.address() as AddressInfo
  return {
    origin: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    async close(graceMs) {
      const over = new AbortController()
      const limit = setTimeout(() => {
        over.abort()
        server.closeAllConnections()
      }, graceMs)
      while (!over.signal.aborted && options.pushes?.isBusy()) await pause(betweenLooksMs)
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      if (over.signal.aborted) server.closeAllConnections()
      else server.closeIdleConnections()
      await closed
      clearTimeout(limit)
    },
  }
}
