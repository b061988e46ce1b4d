import { sameOriginHeader } from '#contract/session.ts'

const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

const changesState = (request: Request): boolean => !reading.has(request.method)

/** The dashboard asks, not a program and not a browser that was sent here. */
export const isFromDashboard = (request: Request): boolean =>
  request.headers.get(sameOriginHeader.name) === sameOriginHeader.value

/**
 * The host of an origin, in the form of another's scheme: `r.lan:443` and `r.lan` are one under
 * `https:`. Null for what is no host.
 */
function hostUnder(scheme: string, host: string): string | null {
  const text = `${scheme}//${host}`
  return !/[/\\?#@]/.test(host) && URL.canParse(text) ? new URL(text).host : null
}

const anotherSite = 'a page of another site may not change anything here'

/**
 * Why the page that sent the request is not one of ours, or null. Programs send neither header.
 *
 * A browser says by `Sec-Fetch-Site` how the page relates to the address that it asked for, before any
 * proxy: no page can set that header. It is sent over TLS and to the local host alone. Without it the
 * page's host must be the one that the request names, or ours by configuration. Schemes are not
 * compared: behind a proxy that speaks TLS, the page is `https:` and the request is not.
 */
function refusedPage(request: Request, publicOrigin: string): string | null {
  const relation = request.headers.get('Sec-Fetch-Site')
  if (relation === 'same-origin') return null
  if (relation === 'cross-site' || relation === 'same-site') return anotherSite
  const origin = request.headers.get('Origin')
  if (origin === null) return null
  // `null` is what sandboxed and redirected pages send.
  if (!URL.canParse(origin)) return anotherSite
  const page = new URL(origin)
  const named = request.headers.get('Host') ?? new URL(request.url).host
  const ours = [named, new URL(publicOrigin).host].map((host) => hostUnder(page.protocol, host))
  if (ours.includes(page.host)) return null
  return `${anotherSite}: the page is at ${page.origin}, and the request names ${named}. If that page is this dashboard behind a proxy, set JETSAM_PUBLIC_URL=${page.origin} on the server, or let the proxy pass on the header Host`
}

/** Whether a page of another site reads here. Where it would change something, it is refused. */
export const readsFromElsewhere = (request: Request, publicOrigin: string): boolean =>
  !changesState(request) && refusedPage(request, publicOrigin) !== null

/**
 * Why a call that changes something is refused for where it comes from, or null. Browsers add
 * cookies by themselves, so a session needs the dashboard's header as well, which another site
 * cannot send; they also remember Basic credentials, so the page is checked for both.
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
