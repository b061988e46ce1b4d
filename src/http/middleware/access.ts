import { sessionCookieName } from '#contract/accounts/session.ts'
import { allows, type AccessLevel } from '#domain/access/access-level.ts'
import { levelNeeded, type RepositoryAction } from '#domain/access/repository-action.ts'
import { parseRepositoryName, type RepositoryName } from '#domain/values/repository-name.ts'
import type { Principal } from '#services/accounts/authentication.ts'
import { accessLevelOf, mayDo } from '#services/accounts/principal.ts'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import { parseBasicCredentials } from './basic-credentials.ts'
import type { BearerGrant } from './bearer-tokens.ts'
import { isFromNamedOrigin } from './cors.ts'
import type { Env } from '../request-context.ts'
import { ApiError, refusalError } from '../errors.ts'
import { publicOriginOf } from '../public-origin.ts'
import { readerByToken } from './reader-by-token.ts'
import { renewPrincipal } from './renew-principal.ts'
import { isFromDashboard, readsFromElsewhere, refusedOrigin } from './same-origin.ts'
import type { ApiServices } from '../services.ts'

export const basicChallenge = 'Basic realm="Jetsam", charset="UTF-8"'

/**
 * Puts the caller into the context: by Basic, or else by session. Wrong credentials end the request
 * here.
 */
export function identify(
  services: ApiServices,
  { isRegistry = false }: { readonly isRegistry?: boolean } = {},
): MiddlewareHandler<Env> {
  return async (context, next) => {
    const publicOrigin = publicOriginOf(context)
    const isNamed = isRegistry && isFromNamedOrigin(context, services)
    const found = await identityOf(context, services, isRegistry)
    // A browser sends the session by itself, from a page of any site: there it proves nothing.
    const isSessionOfOthers =
      found.sessionToken !== null && (isNamed || readsFromElsewhere(context.req.raw, publicOrigin))
    const identity = isSessionOfOthers ? identityBy(null) : found
    context.set('principal', identity.principal)
    context.set('sessionToken', identity.sessionToken)
    context.set('bearer', identity.bearer)
    context.set('confirmAccess', () => confirmAccess(context, services))
    if (identity.principal !== null && context.env.principal === undefined && !isNamed) {
      const reason = refusedOrigin(context.req.raw, {
        bySession: identity.sessionToken !== null,
        publicOrigin,
      })
      if (reason !== null) throw new ApiError('NOT_AUTHORIZED', reason)
    }
    await next()
  }
}

interface Identity {
  readonly principal: Principal | null
  readonly sessionToken: string | null
  readonly bearer: BearerGrant | null
}

const identityBy = (principal: Principal | null, sessionToken: string | null = null): Identity => ({
  principal,
  sessionToken,
  bearer: null,
})

async function identityOf(
  context: Context<Env>,
  services: ApiServices,
  isRegistry: boolean,
): Promise<Identity> {
  if (context.env.principal !== undefined) return identityBy(context.env.principal)
  const bearerToken = isRegistry ? bearerTokenOf(context) : null
  if (bearerToken !== null) {
    const identity = await identityOfBearer(context, bearerToken, services)
    if (identity !== null) return identity
    throw new ApiError('NOT_AUTHENTICATED', 'the bearer token is not valid, or over: get a new one')
  }
  const credentials = parseBasicCredentials(context.req.raw.headers.get('Authorization'))
  if (credentials === null) {
    throw notAuthenticated(context, 'sign in with HTTP Basic: a name and a password')
  }
  if (credentials !== undefined) {
    const from = context.env.remoteAddress ?? null
    const { name, password } = credentials
    const proven = await services.authentication.withCredentials(name, password, from)
    if (proven.ok) return identityBy(proven.value)
    if (proven.refusal.code === 'TOO_MANY_ATTEMPTS') throw refusalError(proven.refusal)
    throw notAuthenticated(context, proven.refusal.message)
  }
  const sessionToken = sentSession(context)
  if (sessionToken === undefined) return identityBy(null)
  const principal = await services.authentication.withSession(sessionToken)
  return principal === null ? identityBy(null) : identityBy(principal, sessionToken)
}

/** The session that the browser sent, whether it is used or not: beside Basic it is not. */
export const sentSession = (context: Context<Env>): string | undefined =>
  context.env.sessionToken ?? getCookie(context, sessionCookieName)

const bearerTokenOf = (context: Context<Env>): string | null =>
  /^bearer +(\S+) *$/i.exec(context.req.header('Authorization') ?? '')?.[1] ?? null

/** The present account of a bearer token, with what the token allows; null when it is void. */
async function identityOfBearer(
  context: Context<Env>,
  token: string,
  { authentication, bearerTokens }: ApiServices,
): Promise<Identity | null> {
  const bearer = await bearerTokens.readBearer(token)
  if (bearer === null) return null
  const { proven, grant } = bearer
  if (proven === null) return { ...identityBy(null), bearer: grant }
  const principal = await authentication
    .withEarlierProof(proven)
    .catch((error: unknown) => readerByToken(context, grant, proven.name, error))
  return principal && { ...identityBy(principal), bearer: grant }
}

/** The challenge makes browsers open their own dialog, so the dashboard gets none. */
function notAuthenticated(context: Context<Env>, message: string): ApiError {
  const headers: Record<string, string> = isFromDashboard(context.req.raw)
    ? {}
    : { 'WWW-Authenticate': basicChallenge }
  return new ApiError('NOT_AUTHENTICATED', message, { headers })
}

/** The caller, or 401. */
export function signedIn(context: Context<Env>): Principal {
  const { principal } = context.var
  if (principal === null) throw notAuthenticated(context, 'sign in first')
  return principal
}

/** Makes this check now, and again in `confirmAccess`. */
export function requiring<T>(context: Context<Env>, check: () => T): T {
  const found = check()
  context.set('required', [...(context.var.required ?? []), check])
  return found
}

/**
 * An account may be disabled or lose access during a long request, so this repeats the checks that
 * it passed at the start.
 */
async function confirmAccess(context: Context<Env>, services: ApiServices): Promise<void> {
  if (context.var.principal === null) return
  const now = await renewPrincipal(context, services)
  if (now === null) throw notAuthenticated(context, endedMeanwhile)
  context.set('principal', now)
  for (const check of context.var.required ?? []) check()
}

const endedMeanwhile =
  'this account was disabled, or its sign-in ended, before the request was done: nothing was changed; sign in again'

/** Also for access tokens, within their scope. */
export const requireAnySignedIn: MiddlewareHandler<Env> = async (context, next) => {
  requiring(context, () => signedIn(context))
  await next()
}

function byPassword(context: Context<Env>): Principal {
  const principal = signedIn(context)
  if (principal.token !== undefined) throw new ApiError('NOT_AUTHORIZED', notByToken)
  return principal
}

export const requireSignedIn: MiddlewareHandler<Env> = async (context, next) => {
  requiring(context, () => byPassword(context))
  await next()
}

const notByToken =
  'an access token is for images alone, and may not do this: sign in with the password of the account'

export const requireAdmin: MiddlewareHandler<Env> = async (context, next) => {
  requiring(context, () => {
    if (byPassword(context).isAdmin) return
    throw new ApiError('NOT_AUTHORIZED', 'only an administrator may do this')
  })
  await next()
}

/** The same message for a missing repository and for one that the caller may not see. */
export const noSuchRepository = (name: string): ApiError =>
  new ApiError('NO_SUCH_REPOSITORY', `there is no repository "${name}"`)

/**
 * The parsed name, if the caller may do this in the repository: otherwise 401, 404 if they may not
 * see it (or the name cannot exist), 403 if they may see it. Does not check whether it exists.
 */
export const repositoryWithAccess = (
  context: Context<Env>,
  name: string,
  needs: AccessLevel | RepositoryAction,
): RepositoryName => requiring(context, () => accessibleRepository(context, name, needs))

function accessibleRepository(
  context: Context<Env>,
  name: string,
  needs: AccessLevel | RepositoryAction,
): RepositoryName {
  const principal = signedIn(context)
  const parsed = parseRepositoryName(name)
  if (!parsed.ok) throw noSuchRepository(name)
  const has = accessLevelOf(principal, parsed.value)
  const action = needs === 'pull' || needs === 'push' || needs === 'delete' ? needs : null
  if (action !== null && mayDo(principal, parsed.value, action)) return parsed.value
  if (has === null) throw noSuchRepository(name)
  if (principal.token !== undefined) {
    throw new ApiError('NOT_AUTHORIZED', tokenLacks(action ?? needs, parsed.value))
  }
  const level = action === null ? (needs as AccessLevel) : levelNeeded[action]
  if (!allows(has, level)) {
    throw new ApiError(
      'NOT_AUTHORIZED',
      `this needs ${level} access to ${parsed.value}, and you have ${has}`,
    )
  }
  return parsed.value
}

/** The message for an access token that does not allow this call. */
export const tokenLacks = (needs: AccessLevel | RepositoryAction, repository: string): string =>
  `this access token does not allow ${needs} on ${repository}: use one that does, of an account that may`
