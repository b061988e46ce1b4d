import type { Principal } from '#services/accounts/authentication.ts'
import type { Context } from 'hono'
import type { Env } from '../request-context.ts'
import type { ApiServices } from '../services.ts'

/**
 * The caller's present principal; null if the account is inactive or gone, its password has
 * changed, or its session or access token has ended. The expiry of a bearer token no longer
 * matters: it was valid at the start.
 */
export async function renewPrincipal(
  { var: { principal, sessionToken } }: Context<Env>,
  { authentication }: ApiServices,
): Promise<Principal | null> {
  // Calls of the application to itself have no account that could change.
  if (principal?.stamp === undefined) return principal
  const { name, stamp, token } = principal
  if (sessionToken !== null && (await authentication.withSession(sessionToken)) === null)
    return null
  return await authentication.withEarlierProof({ name, stamp, tokenID: token?.id ?? null })
}
