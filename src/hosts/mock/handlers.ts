import { http } from 'msw/core/http'
import type { RequestHandler } from 'msw'
import type { MockHost } from './mock-host.ts'

/** One handler for everything that a server answers beside the dashboard's own files. */
export const handlersFor = (host: Pick<MockHost, 'fetch'>): RequestHandler[] =>
  ['*/api/*', '*/v2/*', '*/healthz', '*/metrics'].map((path) =>
    http.all(path, ({ request }) => host.fetch(request)),
  )
