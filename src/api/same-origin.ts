import { sameOriginHeader } from '#contract/session.ts'

const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

export const changesState = (request: Request): boolean => !reading.has(request.method)

/** The dashboard asks, not a program and not a browser that was sent here. */
export const isFromDashboard = (request: Request): boolean =>
  request.headers.get(sameOriginHeader.name) === sameOriginHeader.value

/**
 * The host of a page that sent the request must be ours. Schemes are not compared: behind a proxy
 * that speaks TLS, the page is `https:` and the request is not. Programs send neither header.
 */
function comesFromAnotherSite(request: Request): boolean {
  if (request.headers.get('Sec-Fetch-Site') === 'cross-site') return true
  const origin = request.headers.get('Origin')
  if (origin === null) return false
  // `null` is what sandboxed and redirected pages send.
  if (!URL.canParse(origin)) return true
  return new URL(origin).host !== (request.headers.get('Host') ?? new URL(request.url).host)
}

/**
 * Why a call that changes something is refused for where it comes from, or null. Browsers add
 * cookies by themselves, so a session needs the dashboard's header as well, which another site
 * cannot send; they also remember Basic credentials, so the origin is checked for both.
 */
export function refusedOrigin(request: Request, bySession: boolean): string | null {
  if (!changesState(request)) return null
  if (comesFromAnotherSite(request)) {
    return 'a page of another site may not change anything here'
  }
  if (bySession && !isFromDashboard(request)) {
    return `a call with a session needs the header "${sameOriginHeader.name}: ${sameOriginHeader.value}"`
  }
  return null
}
