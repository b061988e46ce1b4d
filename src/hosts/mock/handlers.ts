import { http } from 'msw/core/http'
import type { RequestHandler } from 'msw'
import type { MockHost } from './mock-host.ts'

/**
 * One handler for everything that a server answers beside the dashboard's own files. Its paths
 * begin at the origin: a module of the dashboard may lie under `src/http/v2`, and the registry would
 * wait for the modules that it has to answer itself.
 */
export const handlersFor = (host: Pick<MockHost, 'fetch'>, origin: string): RequestHandler[] =>
  ['/api/*', '/v2/*', '/healthz', '/metrics'].map((path) =>
    http.all(`${origin}${path}`, ({ request }) => host.fetch(request)),
  )
