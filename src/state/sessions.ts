/** A signed-in browser. The token itself is never stored: only its SHA-256. */
export interface StoredSession {
  readonly tokenHash: string
  readonly accountName: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

export interface Sessions {
  /** Rejects with a `StateError` `NO_SUCH_ACCOUNT` if there is no such account. */
  add(session: StoredSession): Promise<void>
  /** Also an expired one: the caller compares. */
  find(tokenHash: string): Promise<StoredSession | null>
  /** An unknown one is no error. */
  remove(tokenHash: string): Promise<void>
  /** Ends every session of an account, except the given one, for instance after a new password. */
  removeAllOf(accountName: string, exceptTokenHash?: string): Promise<void>
  /** Removes those whose `expiresAtMs` is `nowMs` or earlier. */
  removeExpired(nowMs: number): Promise<void>
}
