import type { Context } from 'hono'
import type { Env } from '../../request-context.ts'
import { publicOriginOf } from '../../public-origin.ts'
import { OciError } from '../oci-error.ts'
import { locationOf } from '../v2-path.ts'

/**
 * `Bearer` alone, without `Basic` beside it: with both, docker's client refuses to pull without an
 * account ("no basic auth credentials"), and skopeo and crane use the first one. Clients that send
 * Basic unasked, as curl does, are accepted nevertheless.
 *
 * @param scope what to ask a token for (Docker's token specification)
 * @param error RFC 6750, 3.1: what is wrong with the token that was sent
 */
export function bearerChallenge(
  context: Context<Env>,
  scope?: string,
  error?: 'invalid_token' | 'insufficient_scope',
): Record<string, string> {
  const origin = publicOriginOf(context)
  const parameters = {
    realm: `${origin}${locationOf.token}`,
    service: new URL(origin).host,
    ...(scope === undefined ? {} : { scope }),
    ...(error === undefined ? {} : { error }),
  }
  const list = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`)
  return { 'WWW-Authenticate': `Bearer ${list.join(',')}` }
}

export const signInFirst = (context: Context<Env>, scope?: string): OciError =>
  new OciError('UNAUTHORIZED', 'sign in first, as with "docker login"', {
    headers: bearerChallenge(context, scope),
  })

export const tokenIsForLess = (context: Context<Env>, scope: string): OciError =>
  new OciError('UNAUTHORIZED', `the bearer token is for other things: get one for ${scope}`, {
    headers: bearerChallenge(context, scope, 'insufficient_scope'),
  })
