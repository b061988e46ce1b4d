import {
  accessTokenBounds,
  accessTokenPrefix,
  parseTokenName,
  parseTokenScope,
} from '#domain/access/access-token.ts'
import { ok, err, type Result, type Refusal } from '#domain/values/result.ts'
import type { StoredAccessToken } from '#state/access-tokens.ts'
import type { State } from '#state/state.ts'
import type { Actor } from '../activity/actor.ts'
import { toHex } from './hex.ts'
import type { AccountTurns } from './account-queues.ts'
import { createEvent, type EventDeps } from '../activity/record-activity.ts'
import { hashOfToken } from './token-hash.ts'

/** An access token as people may see it: without its secret. */
export type AccessToken = Omit<StoredAccessToken, 'secretHash'>

export interface NewAccessToken {
  readonly name: string
  readonly repositories: readonly string[]
  readonly actions: readonly string[]
  /** Null: never. */
  readonly expiresAtMs: number | null
}

export interface AccessTokenRefusal extends Refusal {
  readonly code:
    | 'INVALID_ACCESS_TOKEN'
    | 'ACCESS_TOKEN_EXISTS'
    | 'TOO_MANY_ACCESS_TOKENS'
    | 'NO_SUCH_ACCESS_TOKEN'
    | 'NO_SUCH_ACCOUNT'
}

/** Secrets for programs, each with a part of its account's access. */
export interface AccessTokenDeps extends EventDeps {
  readonly state: State
  readonly randomBytes: (length: number) => Uint8Array
  readonly sha256: (bytes: Uint8Array) => Uint8Array
  readonly accountTurns: Pick<AccountTurns, 'accessTokens'>
}

const secretBytes = 32

/** All tokens, or those of one account; oldest first. */
export const listAccessTokens = async (
  { state }: Pick<AccessTokenDeps, 'state'>,
  accountName?: string,
): Promise<readonly AccessToken[]> =>
  (await state.accessTokens.list(accountName)).map(withoutSecret)

/** Only the answer ever contains the secret. */
export const createAccessToken = (
  deps: AccessTokenDeps,
  accountName: string,
  asked: NewAccessToken,
  by: Actor,
): Promise<Result<{ readonly token: AccessToken; readonly secret: string }, AccessTokenRefusal>> =>
  deps.accountTurns.accessTokens(async () => {
    const name = parseTokenName(asked.name)
    if (!name.ok) return invalid(name.refusal)
    const scope = parseTokenScope(asked.repositories, asked.actions)
    if (!scope.ok) return invalid(scope.refusal)
    const { expiresAtMs } = asked
    const createdAtMs = deps.clock.nowMs()
    if (expiresAtMs !== null && expiresAtMs <= createdAtMs) {
      const message = 'choose a time that is not over yet'
      return err({ code: 'INVALID_ACCESS_TOKEN', field: 'expiresAt', message })
    }
    if ((await deps.state.accounts.find(accountName)) === null)
      return err(noSuchAccount(accountName))
    const secret = accessTokenPrefix + toHex(deps.randomBytes(secretBytes))
    const token: StoredAccessToken = {
      ...scope.value,
      id: deps.createId(),
      accountName,
      name: name.value,
      secretHash: hashOfToken(secret, deps.sha256),
      createdAtMs,
      expiresAtMs,
      lastUsedAtMs: null,
    }
    const event = createEvent(deps, 'access token created', by, {
      account: accountName,
      token: token.name,
      ...scope.value,
    })
    return await deps.state.transaction(async ({ accessTokens, activity }) => {
      if ((await accessTokens.list(accountName)).length >= accessTokenBounds.tokens) {
        const message = `${accountName} has ${accessTokenBounds.tokens} access tokens, which is the most: revoke one first`
        return err({ code: 'TOO_MANY_ACCESS_TOKENS', message })
      }
      if (!(await accessTokens.add(token))) {
        const message = `${accountName} has an access token "${name.value}" already`
        return err({ code: 'ACCESS_TOKEN_EXISTS', field: 'name', message })
      }
      await activity.record(event)
      return ok({ token: withoutSecret(token), secret })
    })
  })

/** Takes effect on the next request with the token. */
export async function revokeAccessToken(
  deps: EventDeps & Pick<AccessTokenDeps, 'state'>,
  accountName: string,
  id: string,
  by: Actor,
): Promise<Result<null, AccessTokenRefusal>> {
  const token = await deps.state.accessTokens.find(id)
  const isRevoked =
    token?.accountName === accountName &&
    (await deps.state.transaction(async (parts) => {
      const about = { account: accountName, token: token.name }
      if (!(await parts.accessTokens.remove(id))) return false
      await parts.activity.record(createEvent(deps, 'access token revoked', by, about))
      return true
    }))
  if (!isRevoked) {
    const message = `${accountName} has no such access token; it may be revoked already`
    return err({ code: 'NO_SUCH_ACCESS_TOKEN', message })
  }
  return ok(null)
}

function withoutSecret(stored: StoredAccessToken): AccessToken {
  const { secretHash: _, ...token } = stored
  return token
}

const invalid = (refusal: Refusal) =>
  err<AccessTokenRefusal>({ ...refusal, code: 'INVALID_ACCESS_TOKEN' })

const noSuchAccount = (name: string): AccessTokenRefusal => ({
  code: 'NO_SUCH_ACCOUNT',
  message: `there is no account "${name}"`,
})
