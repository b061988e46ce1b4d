import type { Context, MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { Env } from '../request-context.ts'
import type { ApiServices } from '../services.ts'

/** The headers that registry clients send. Never the one that proves the dashboard. */
const allowHeaders = [
  'Accept',
  'Authorization',
  'Cache-Control',
  'Content-Range',
  'Content-Type',
  'If-None-Match',
  'Range',
]

/** The headers that a page may read, beside the few that browsers always allow. */
const exposeHeaders = [
  'Content-Range',
  'Docker-Content-Digest',
  'Docker-Distribution-API-Version',
  'Docker-Upload-UUID',
  'ETag',
  'Link',
  'Location',
  'OCI-Filters-Applied',
  'OCI-Subject',
  'Range',
  'Retry-After',
  'WWW-Authenticate',
]

/** In seconds: the longest time that a browser keeps the answer to a preflight. */
const maxAge = 600

/** Whether the request comes from a page of an origin that an administrator has named. */
export const isFromNamedOrigin = (context: Context<Env>, { host }: ApiServices): boolean =>
  host.corsOrigins?.includes(context.req.header('Origin') ?? '') ?? false

/**
 * Lets pages of named origins send requests and read answers (Fetch standard, "CORS protocol").
 * Pages of other origins get no CORS header. With credentials, so that a browser may ask for a name
 * and a password by itself; a session is no such credential (`identify`).
 */
export function namedOrigins(services: ApiServices): MiddlewareHandler<Env> {
  const origins = services.host.corsOrigins ?? []
  if (origins.length === 0) return async (_context, next) => next()
  const allowed = cors({
    origin: [...origins],
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders,
    exposeHeaders,
    credentials: true,
    maxAge,
  })
  return async (context, next) => {
    if (isFromNamedOrigin(context, services)) return allowed(context, next)
    await next()
    // A cached answer for one origin must not be used for another.
    context.header('Vary', 'Origin', { append: true })
  }
}
