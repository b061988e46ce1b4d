import type {
  AccessTokenList,
  CreatedAccessToken,
  WireAccessToken,
} from '#contract/accounts/access-tokens.ts'
import {
  accessTokenCalls,
  revokeAccessToken as revocation,
} from '#contract/endpoints/access-tokens.ts'
import { pathOf } from '#contract/endpoints/path-of.ts'
import {
  createAccessToken,
  listAccessTokens,
  revokeAccessToken,
  type AccessToken,
  type AccessTokenRefusal,
} from '#services/accounts/access-tokens.ts'
import type { Context } from 'hono'
import { signedIn } from '../../middleware/access.ts'
import { actorOf, type Env } from '../../request-context.ts'
import { ApiError, refusalError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant, toInstantOrNull } from '../instant.ts'
import { invalidParameter } from '../invalid-input.ts'
import { readBody } from '../read-body.ts'
import type { Handlers } from '../mount-calls.ts'

const toAccessTokenResponse = (token: AccessToken): WireAccessToken => ({
  id: token.id,
  account: token.accountName,
  name: token.name,
  repositories: [...token.repositories],
  actions: [...token.actions],
  createdAt: toInstant(token.createdAtMs),
  expiresAt: toInstantOrNull(token.expiresAtMs),
  lastUsedAt: toInstantOrNull(token.lastUsedAtMs),
})

function accessTokenError({ field, ...refusal }: AccessTokenRefusal): ApiError {
  return refusal.code === 'INVALID_ACCESS_TOKEN' && field !== undefined
    ? invalidParameter(field, refusal.message)
    : refusalError(refusal)
}

const accountOf = (context: Context<Env>): string => context.req.param('name') ?? ''

/** The account in the path, if it is the caller's own or the caller is an administrator. */
async function accountInReach(context: Context<Env>, services: ApiServices): Promise<string> {
  const name = accountOf(context)
  const caller = signedIn(context)
  // The same message for a name that does not exist.
  if (caller.name !== name && !caller.isAdmin) {
    const message = 'only an administrator may see or revoke the access tokens of another account'
    throw new ApiError('NOT_AUTHORIZED', message)
  }
  if ((await services.state.accounts.find(name)) !== null) return name
  throw refusalError({ code: 'NO_SUCH_ACCOUNT', message: `there is no account "${name}"` })
}

export const accessTokenHandlers = (services: ApiServices): Handlers<typeof accessTokenCalls> => ({
  listAllAccessTokens: async (context) => {
    const body: AccessTokenList = {
      accessTokens: (await listAccessTokens(services)).map(toAccessTokenResponse),
    }
    return context.json(body)
  },
  listAccessTokens: async (context) => {
    const tokens = await listAccessTokens(services, await accountInReach(context, services))
    const body: AccessTokenList = { accessTokens: tokens.map(toAccessTokenResponse) }
    return context.json(body)
  },
  createAccessToken: async (context) => {
    const account = await accountInReach(context, services)
    // Otherwise the activity would attribute a program's acts to an account that did not allow
    // them.
    if (signedIn(context).name !== account) {
      const message = `only ${account} may create access tokens for ${account}: sign in as that account`
      throw new ApiError('NOT_AUTHORIZED', message)
    }
    const { expiresAt = null, ...asked } = await readBody(
      context,
      accessTokenCalls.createAccessToken.body,
    )
    const expiresAtMs = expiresAt === null ? null : Date.parse(expiresAt)
    const by = actorOf(context)
    const created = await createAccessToken(services, account, { ...asked, expiresAtMs }, by)
    if (!created.ok) throw accessTokenError(created.refusal)
    const { token, secret } = created.value
    const body: CreatedAccessToken = { ...toAccessTokenResponse(token), token: secret }
    return context.json(body, 201, {
      Location: pathOf(revocation, { name: account, id: token.id }),
    })
  },
  revokeAccessToken: async (context) => {
    const account = await accountInReach(context, services)
    const id = context.req.param('id') ?? ''
    const revoked = await revokeAccessToken(services, account, id, actorOf(context))
    if (!revoked.ok) throw accessTokenError(revoked.refusal)
    return context.body(null, 204)
  },
})
