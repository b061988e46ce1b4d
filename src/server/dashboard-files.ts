import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import { secureHeaders } from 'hono/secure-headers'

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
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: 'DENY',
      referrerPolicy: 'same-origin',
      // Whether TLS is spoken is known by what stands in front of the server, not by it.
      strictTransportSecurity: false,
    }),
  )
  app.use(compress())
  app.use(
    serveStatic({
      root: folder,
      onFound: (_path, context) => {
        context.header(
          'Cache-Control',
          context.req.path.startsWith(hashedPath)
            ? 'public, max-age=31536000, immutable'
            : 'no-cache',
        )
      },
    }),
  )
  app.get('*', async (context) => {
    if (context.req.path.startsWith(hashedPath)) return context.notFound()
    context.header('Cache-Control', 'no-cache')
    return context.html(await readFile(join(folder, 'index.html'), 'utf8'))
  })
  return app
}
