/** A browser that is signed in. The token itself is never stored: only its SHA-256. */
export interface StoredSession {
  readonly tokenHash: string
  readonly accountName: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

export interface Sessions {
  add(session: StoredSession): Promise<void>
  find(tokenHash: string): Promise<StoredSession | null>
  remove(tokenHash: string): Promise<void>
  /** Ends every session of an account, as a changed password does. */
  removeAllOf(accountName: string): Promise<void>
  removeExpired(nowMs: number): Promise<void>
}
