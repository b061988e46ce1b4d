import type { TokenScope } from '#domain/access/access-token.ts'

/**
 * A secret that stands for part of an account's access. The secret is never stored: only its
 * SHA-256.
 */
export interface StoredAccessToken extends TokenScope {
  readonly id: string
  readonly accountName: string
  /** Unique among the account's tokens. */
  readonly name: string
  readonly secretHash: string
  readonly createdAtMs: number
  /** Null: never. */
  readonly expiresAtMs: number | null
  /** Some minutes out of date, because it is not written at each use; null: never used. */
  readonly lastUsedAtMs: number | null
}

export interface AccessTokens {
  /**
   * Resolves to false, and changes nothing, if the account has a token of that name. Rejects with a
   * `StateError` `NO_SUCH_ACCOUNT` if there is no such account.
   */
  add(token: StoredAccessToken): Promise<boolean>
  /** Also an expired one: the caller compares. */
  find(id: string): Promise<StoredAccessToken | null>
  /** Like `find`, by the secret's hash. */
  findBySecret(secretHash: string): Promise<StoredAccessToken | null>
  /** All, or those of one account: oldest first, then by id. */
  list(accountName?: string): Promise<readonly StoredAccessToken[]>
  /** An unknown one is no error. */
  setLastUsed(id: string, atMs: number): Promise<void>
  /** Resolves to false if there is none. */
  remove(id: string): Promise<boolean>
}
