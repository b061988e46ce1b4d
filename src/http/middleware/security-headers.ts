import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

type ContentPolicy = NonNullable<Parameters<typeof secureHeaders>[0]>['contentSecurityPolicy']

/** For answers that are not pages: a browser that shows one nevertheless runs and loads nothing. */
export const nothingAllowed: ContentPolicy = {
  defaultSrc: ["'none'"],
  frameAncestors: ["'none'"],
}

/** Tells a browser what it must not do with an answer. On every answer, also on refusals. */
export const securityHeaders = (contentSecurityPolicy: ContentPolicy): MiddlewareHandler =>
  secureHeaders({
    contentSecurityPolicy,
    xFrameOptions: 'DENY',
    referrerPolicy: 'same-origin',
    // Only the proxy in front of the server knows whether TLS is used.
    strictTransportSecurity: false,
  })
