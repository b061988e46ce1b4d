import type { Grant } from '#domain/access/access-level.ts'

/** Somebody who can sign in. `passwordHash` is opaque here: its format belongs to the hasher. */
export interface Account {
  readonly name: string
  readonly passwordHash: string
  readonly isAdmin: boolean
  readonly isActive: boolean
  readonly createdAtMs: number
}

/** Accounts and what they may do. Names are unique, and compared to the letter. */
export interface Accounts {
  find(name: string): Promise<Account | null>
  /** All, by name (by code units). */
  list(): Promise<readonly Account[]>
  /** Resolves to false, and changes nothing, when the name is taken. */
  create(account: Account): Promise<boolean>
  /** Resolves to false when there is no such account. */
  update(
    name: string,
    change: Partial<Pick<Account, 'passwordHash' | 'isAdmin' | 'isActive'>>,
  ): Promise<boolean>
  /** With its grants, sessions and access tokens. Resolves to false when there is no such account. */
  remove(name: string): Promise<boolean>
  /** By scope. None for an unknown account. */
  grantsOf(name: string): Promise<readonly Grant[]>
  /**
   * Replaces all grants of an account; at most one for each scope. Rejects with a `StateError`
   * `NO_SUCH_ACCOUNT` when there is none.
   */
  setGrants(name: string, grants: readonly Grant[]): Promise<void>
}
