import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import { securityHeaders } from '#http/middleware/security-headers.ts'
import { isDashboardRoute } from '#contract/dashboard-pages.ts'
import { statusOfErrorCode, type ErrorBody } from '#contract/errors.ts'

/** Vite puts a hash of the content into these names, so the files never change. */
const hashedPath = '/assets/'

/** A navigation of a browser: the page itself says that the address does not exist. */
const isNavigation = (accept: string | undefined): boolean => accept?.includes('text/html') ?? false

/**
 * The built dashboard: its files, and its one page for all its routes, because it routes by itself.
 * Everything else is 404 for programs, which would take the page for an answer.
 *
 * Styles may be inline because Mantine sets style attributes; scripts may not.
 */
export function createDashboardFiles(folder: string): Hono {
  const app = new Hono()
  app.use(
    securityHeaders({
      defaultSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    }),
  )
  app.use(compress())
  app.use(async (context, next) => {
    await next()
    if (!context.res.ok) return
    const isHashed = context.req.path.startsWith(hashedPath)
    context.header('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
  })
  app.use(serveStatic({ root: folder }))
  app.get('*', async (context) => {
    const { path } = context.req
    const isPage = isDashboardRoute(path) || isNavigation(context.req.header('Accept'))
    if (path.startsWith(hashedPath) || !isPage) return context.notFound()
    return context.html(await readFile(join(folder, 'index.html'), 'utf8'))
  })
  app.notFound((context) => {
    const message = `there is nothing at ${context.req.path}: the registry is at /v2/, its API at /api/v0/`
    const body: ErrorBody = { errors: [{ code: 'NOT_FOUND', message }] }
    return context.json(body, statusOfErrorCode.NOT_FOUND)
  })
  return app
}
