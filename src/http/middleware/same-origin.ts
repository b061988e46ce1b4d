import { sameOriginHeader } from '#contract/accounts/session.ts'

const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

const changesState = (request: Request): boolean => !reading.has(request.method)

/** True if the dashboard sent this, not a program and not a browser that another page sent here. */
export const isFromDashboard = (request: Request): boolean =>
  request.headers.get(sameOriginHeader.name) === sameOriginHeader.value

/**
 * The host of an origin, with the default port of the given scheme left out: `r.lan:443` and
 * `r.lan` are equal under `https:`. Null if it is no host.
 */
function hostUnder(scheme: string, host: string): string | null {
  const text = `${scheme}//${host}`
  return !/[/\\?#@]/.test(host) && URL.canParse(text) ? new URL(text).host : null
}

const anotherSite = 'a page of another site may not change anything here'

/**
 * Why the page that sent the request is not one of ours, or null. Programs send neither header.
 *
 * A browser's `Sec-Fetch-Site` says how the page relates to the requested address, before any
 * proxy, and no page can set that header. Browsers send it over TLS and to localhost only. Without
 * it, the page's host must be the request's host or our configured one. Schemes are not compared:
 * behind a TLS proxy, the page is `https:` and the request is not.
 */
function refusedPage(request: Request, publicOrigin: string): string | null {
  const relation = request.headers.get('Sec-Fetch-Site')
  if (relation === 'same-origin') return null
  if (relation === 'cross-site' || relation === 'same-site') return anotherSite
  const origin = request.headers.get('Origin')
  if (origin === null) return null
  // Sandboxed and redirected pages send `null`.
  if (!URL.canParse(origin)) return anotherSite
  const page = new URL(origin)
  const named = request.headers.get('Host') ?? new URL(request.url).host
  const ours = [named, new URL(publicOrigin).host].map((host) => hostUnder(page.protocol, host))
  if (ours.includes(page.host)) return null
  return `${anotherSite}: the page is at ${page.origin}, and the request names ${named}. If that page is this dashboard behind a proxy, set JETSAM_PUBLIC_URL=${page.origin} on the server, or let the proxy pass on the header Host`
}

/** Whether a page of another site sends a read here. A change from there is refused. */
export const readsFromElsewhere = (request: Request, publicOrigin: string): boolean =>
  !changesState(request) && refusedPage(request, publicOrigin) !== null

/**
 * Why a changing call is refused because of where it comes from, or null. Browsers add cookies by
 * themselves, so a session also needs the dashboard's header, which another site cannot send;
 * browsers remember Basic credentials too, so the page's origin is checked for both.
 */
export function refusedOrigin(
  request: Request,
  { bySession, publicOrigin }: { readonly bySession: boolean; readonly publicOrigin: string },
): string | null {
  if (!changesState(request)) return null
  const reason = refusedPage(request, publicOrigin)
  if (reason !== null) return reason
  if (bySession && !isFromDashboard(request)) {
    return `a call with a session needs the header "${sameOriginHeader.name}: ${sameOriginHeader.value}"`
  }
  return null
}
