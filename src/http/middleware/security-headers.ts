import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

type ContentPolicy = NonNullable<Parameters<typeof secureHeaders>[0]>['contentSecurityPolicy']

/** For answers that are no pages: a browser that shows one all the same runs and loads nothing. */
export const nothingAllowed: ContentPolicy = {
  defaultSrc: ["'none'"],
  frameAncestors: ["'none'"],
}

/** What a browser is told not to do with an answer. Goes on every answer, also on refusals. */
export const securityHeaders = (contentSecurityPolicy: ContentPolicy): MiddlewareHandler =>
  secureHeaders({
    contentSecurityPolicy,
    xFrameOptions: 'DENY',
    referrerPolicy: 'same-origin',
    // Whether TLS is spoken is known by what stands in front of the server, not by it.
    strictTransportSecurity: false,
  })
