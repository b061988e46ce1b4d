import type { Context, MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { Env } from '../env.ts'
import type { ApiServices } from '../services.ts'

/** What a registry's clients send. Never what proves that the dashboard asks. */
const allowHeaders = [
  'Accept',
  'Authorization',
  'Cache-Control',
  'Content-Range',
  'Content-Type',
  'If-None-Match',
  'Range',
]

/** What a page may read besides the few that browsers always show. */
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

/** In seconds: browsers keep the answer to a preflight so long, at most. */
const maxAge = 600

/** Whether the request comes from a page that an administrator has named. */
export const isFromNamedOrigin = (context: Context<Env>, { host }: ApiServices): boolean =>
  host.corsOrigins?.includes(context.req.header('Origin') ?? '') ?? false

/**
 * Lets pages of named origins ask and read (Fetch standard, "CORS protocol"). Those of others get
 * nothing that tells a browser to let them. With credentials, so that a browser may ask for a name
 * and a password by itself; sessions are no such credentials (`identify`).
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
    // What is kept of an answer to one page is not for another.
    context.header('Vary', 'Origin', { append: true })
  }
}
