import type { Principal } from '#services/accounts/authentication.ts'
import type { Context } from 'hono'
import type { Env } from '../env.ts'
import type { ApiServices } from '../services.ts'

/**
 * Who asks, as they are now; null when their account is inactive or gone, its password another, or the
 * session or access token that they came with is over. Of a bearer token the time does not matter any
 * more: it was right at the start.
 */
export async function renewPrincipal(
  { var: { principal, sessionToken } }: Context<Env>,
  { authentication }: ApiServices,
): Promise<Principal | null> {
  // Calls of the application to itself are in nobody's name that could change.
  if (principal?.stamp === undefined) return principal
  const { name, stamp, token } = principal
  if (sessionToken !== null && (await authentication.withSession(sessionToken)) === null)
    return null
  return await authentication.again({ name, stamp, tokenID: token?.id ?? null })
}
