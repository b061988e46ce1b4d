import type { TokenScope } from '#domain/access/access-token.ts'

/** A secret that stands for an account in part. The secret is never stored: only its SHA-256. */
export interface StoredAccessToken extends TokenScope {
  readonly id: string
  readonly accountName: string
  /** Unique among the account's tokens. */
  readonly name: string
  readonly secretHash: string
  readonly createdAtMs: number
  /** Null: never. */
  readonly expiresAtMs: number | null
  /** Some minutes behind, for it is not written with each use; null: never used. */
  readonly lastUsedAtMs: number | null
}

export interface AccessTokens {
  /**
   * Resolves to false, and changes nothing, when the account has a token of that name. Rejects with
   * a `StateError` `NO_SUCH_ACCOUNT` when there is no such account.
   */
  add(token: StoredAccessToken): Promise<boolean>
  /** Also one that has expired: who asks compares. */
  find(id: string): Promise<StoredAccessToken | null>
  /** The same by the secret's hash. */
  findBySecret(secretHash: string): Promise<StoredAccessToken | null>
  /** All, or those of one account: the oldest first, of the same instant by id. */
  list(accountName?: string): Promise<readonly StoredAccessToken[]>
  /** An unknown one is no error. */
  setLastUsed(id: string, atMs: number): Promise<void>
  /** Resolves to false when there is none. */
  remove(id: string): Promise<boolean>
}
