import { repositoryActions } from '#domain/access/repository-action.ts'
import * as z from 'zod/mini'
import { instant } from '../scalars.ts'

export const accessToken = z.object({
  id: z.string(),
  /** The name of the account that it belongs to. */
  account: z.string(),
  name: z.string(),
  /**
   * Namespaces (`team`), repositories (`team/app`), or `*` alone: everything that its account may
   * access.
   */
  repositories: z.array(z.string()),
  actions: z.array(z.enum(repositoryActions)),
  createdAt: instant,
  /** Null: never. */
  expiresAt: z.nullable(instant),
  /** At most five minutes out of date; null: never used. */
  lastUsedAt: z.nullable(instant),
})
export type WireAccessToken = z.infer<typeof accessToken>

/** `GET /accessTokens`, `GET /accounts/{name}/accessTokens`: oldest first. */
export const accessTokenList = z.object({ accessTokens: z.array(accessToken) })
export type AccessTokenList = z.infer<typeof accessTokenList>

export const newAccessTokenRequest = z.object({
  name: z.string(),
  repositories: z.array(z.string()),
  actions: z.array(z.string()),
  /** ISO 8601; null or absent: never. */
  expiresAt: z.optional(z.nullable(z.iso.datetime({ offset: true }))),
})
export type NewAccessTokenRequest = z.infer<typeof newAccessTokenRequest>

/** Only this answer has the token itself. Clients send it as the password of the account. */
export const createdAccessToken = z.extend(accessToken, { token: z.string() })
export type CreatedAccessToken = z.infer<typeof createdAccessToken>
