import { isAccessToken } from '#domain/access/access-token.ts'
import type { AuthenticationRefusal, Principal } from '#services/accounts/authentication.ts'
import { basicChallenge } from '../../middleware/access.ts'
import { bearerLifetime } from '../../middleware/bearer-tokens.ts'
import { refusalError, type ApiError } from '../../errors.ts'
import { readLimited } from '../content/limited-body.ts'
import { OciError } from '../oci-error.ts'
import { grantedOf, scopeText } from './token-scope.ts'
import type { V2Call } from '../v2-call.ts'

/**
 * `GET /v2/token` (Docker's token specification): a bearer token for what is both requested and
 * allowed. With Basic, by a password or an access token; without credentials, for what is public.
 * Leaves out what is not allowed; the later call says why it is refused.
 */
export async function issueToken(call: V2Call): Promise<Response> {
  const { context, bearer, principal, isAnonymous } = call
  // Otherwise a client could exchange one token for the next without end.
  if (bearer !== null)
    throw refusedHere('a bearer token cannot get another: send a name and a password')
  const query = new URL(context.req.url).searchParams
  // A page of another site must get nothing by a browser's session, so the session is ignored.
  const asker = isAnonymous || context.var.sessionToken !== null ? null : principal
  return answerWith(call, {
    asker,
    scopes: query.getAll('scope'),
    withRefresh: query.get('offline_token') === 'true',
  })
}

/** A token request is a form of a few fields; a refresh token has some hundred characters. */
const maximumFormBytes = 64 * 1024

/** `POST /v2/token` (Docker's OAuth2 form): by password, access token or refresh token. */
export async function issueByForm(call: V2Call): Promise<Response> {
  const form = await readForm(call)
  const asker = await askerOf(call, form)
  return answerWith(call, {
    asker,
    scopes: form.getAll('scope'),
    withRefresh: form.get('access_type') === 'offline',
  })
}

async function readForm({ context }: V2Call): Promise<URLSearchParams> {
  const mediaType = context.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/x-www-form-urlencoded') {
    const message = 'send the fields as application/x-www-form-urlencoded, with a grant_type'
    throw new OciError('UNSUPPORTED', message, { status: 415 })
  }
  const bytes = await readLimited(context.req.raw, maximumFormBytes)
  if (bytes === null) {
    const message = `a token request has at most ${maximumFormBytes} bytes`
    throw new OciError('SIZE_INVALID', message, { status: 413 })
  }
  return new URLSearchParams(new TextDecoder().decode(bytes))
}

async function askerOf({ context, services }: V2Call, form: URLSearchParams): Promise<Principal> {
  const { authentication, bearerTokens } = services
  switch (form.get('grant_type')) {
    case 'password': {
      const from = context.env.remoteAddress ?? null
      const [name, secret] = [form.get('username') ?? '', form.get('password') ?? '']
      const proven = await authentication.withCredentials(name, secret, from)
      if (proven.ok) return proven.value
      throw refusedAs(proven.refusal)
    }
    case 'refresh_token': {
      const token = form.get('refresh_token') ?? ''
      const proven = isAccessToken(token) ? null : await bearerTokens.readRefresh(token)
      const principal = isAccessToken(token)
        ? await authentication.withAccessToken(token)
        : proven && (await authentication.withEarlierProof(proven))
      if (principal !== null) return principal
      throw refusedHere('the refresh token is not valid any more: sign in again')
    }
    default:
      throw new OciError('UNSUPPORTED', 'grant_type is one of password and refresh_token', {
        status: 400,
      })
  }
}

const refusedAs = (refusal: AuthenticationRefusal): ApiError | OciError =>
  refusal.code === 'TOO_MANY_ATTEMPTS' ? refusalError(refusal) : refusedHere(refusal.message)

const refusedHere = (message: string): OciError =>
  new OciError('UNAUTHORIZED', message, { headers: { 'WWW-Authenticate': basicChallenge } })

async function answerWith(
  { services }: V2Call,
  asked: {
    /** Null: an anonymous caller. */
    readonly asker: Principal | null
    readonly scopes: readonly string[]
    readonly withRefresh: boolean
  },
): Promise<Response> {
  const { bearerTokens, clock } = services
  const { asker } = asked
  const grant = grantedOf(asker ?? (await services.authentication.anonymous()), asked.scopes)
  const token = await bearerTokens.createBearer(asker, grant)
  // A client with an access token keeps that one, because it can be revoked by itself.
  const mayRefresh = asked.withRefresh && asker !== null && asker.token === undefined
  return Response.json(
    {
      token,
      // Clients read one or the other of the two names.
      access_token: token,
      token_type: 'Bearer',
      expires_in: bearerLifetime,
      issued_at: new Date(clock.nowMs()).toISOString(),
      scope: scopeText(grant),
      ...(mayRefresh ? { refresh_token: await bearerTokens.createRefresh(asker) } : {}),
    },
    { headers: { 'Cache-Control': 'no-store' } },
  )
}
