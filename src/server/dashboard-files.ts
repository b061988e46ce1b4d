import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import { securityHeaders } from '#api/security-headers.ts'

/** Vite puts a hash of the content into these names, so they never change. */
const hashedPath = '/assets/'

/**
 * The built dashboard: its files, and its one page for every path that is none of them, since the
 * dashboard routes by itself.
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
    if (context.req.path.startsWith(hashedPath)) return context.notFound()
    return context.html(await readFile(join(folder, 'index.html'), 'utf8'))
  })
  return app
}
