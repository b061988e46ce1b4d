import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import type { HostBindings } from '#api/app.ts'
import type { Bytes } from '#registry/storage.ts'
import { bodyOfIncoming } from './body-of-incoming.ts'
import { withinTime } from './within-time.ts'

type Fetch = (request: Request, bindings?: HostBindings) => Response | Promise<Response>

export interface HttpServerOptions {
  readonly host: string
  readonly port: number
  /** Answers `/api/`, `/v2/` and what is for machines. */
  readonly api: Fetch
  /** Answers all else. */
  readonly dashboard: (request: Request) => Response | Promise<Response>
  readonly patience?: Partial<Patience>
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

const usualPatience: Patience = { headersMs: 60_000, bodyMs: 60_000, idleMs: 10 * 60_000 }

/** Of a body, on its way through a connection: what one write to the disk takes. */
const bufferedBytes = 256 * 1024

/** The same request with the body as this server reads it. It is made when it is asked for. */
function withBody(request: Request, { incoming }: HttpBindings): Request {
  let body: ReadableStream<Bytes> | null | undefined
  const get = () => (body === undefined ? (body = bodyOfIncoming(incoming)) : body)
  return Object.defineProperty(request, 'body', { get })
}

/** One port for dashboard, API and registry. Resolves once it listens. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const patience = { ...usualPatience, ...options.patience }
  const server = createAdaptorServer({
    fetch: (request, env) => {
      const path = new URL(request.url).pathname
      if (!forMachines.test(path)) return options.dashboard(request)
      // Only HTTP/1 is spoken here, so the bindings are those of node:http.
      const bindings = env as HttpBindings
      const { incoming } = bindings
      const { remoteAddress } = incoming.socket
      const answer = options.api(withBody(request, bindings), { remoteAddress })
      return carriesLayer.test(path) ? answer : withinTime(incoming, patience.bodyMs, answer)
    },
    serverOptions: {
      // For whole requests with their bodies: its default of five minutes would break large pushes.
      requestTimeout: 0,
      headersTimeout: patience.headersMs,
      connectionsCheckingInterval: Math.min(30_000, patience.headersMs),
      maxHeaderSize: 16 * 1024,
      highWaterMark: bufferedBytes,
    },
  }) as Server
  server.setTimeout(patience.idleMs)

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
