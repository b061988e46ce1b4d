import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import type { HostBindings } from '#api/app.ts'

type Fetch = (request: Request, bindings?: HostBindings) => Response | Promise<Response>

export interface HttpServerOptions {
  readonly host: string
  readonly port: number
  /** Answers `/api/`, `/v2/` and what is for machines. */
  readonly api: Fetch
  /** Answers all else. */
  readonly dashboard: (request: Request) => Response | Promise<Response>
}

export interface HttpServer {
  /** `http://127.0.0.1:4400` */
  readonly origin: string
  /** Takes no more connections, lets requests finish for so long, then cuts what is left. */
  close(graceMs: number): Promise<void>
}

const forMachines = /^\/(?:api|v2|healthz|metrics)(?:\/|$)/

/** A push that sends nothing for this long is cut; a long layer that flows is not. */
const idleMs = 10 * 60 * 1000

/** One port for dashboard, API and registry. Resolves once it listens. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const server = createAdaptorServer({
    fetch: (request, env) => {
      if (!forMachines.test(new URL(request.url).pathname)) return options.dashboard(request)
      // Only HTTP/1 is spoken here, so the bindings are those of node:http.
      const { incoming } = env as HttpBindings
      return options.api(request, { remoteAddress: incoming.socket.remoteAddress })
    },
    // Layers take as long as they take: the default of five minutes would break large pushes.
    serverOptions: { requestTimeout: 0, headersTimeout: 60_000, maxHeaderSize: 16 * 1024 },
  }) as Server
  server.setTimeout(idleMs)

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
