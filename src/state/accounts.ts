import type { Grant } from '#domain/access/access-level.ts'

/** An account that can sign in. `passwordHash` is opaque here: its format belongs to the hasher. */
export interface Account {
  readonly name: string
  readonly passwordHash: string
  readonly isAdmin: boolean
  readonly isActive: boolean
  readonly createdAtMs: number
}

/** An account, and all that decides what it may do. */
export interface AccountAccess {
  readonly account: Account
  /** By scope. */
  readonly grants: readonly Grant[]
  /** What everybody may do. */
  readonly publicGrants: readonly Grant[]
}

/** Accounts and their access. Names are unique, and compared exactly. */
export interface Accounts {
  find(name: string): Promise<Account | null>
  /** The same with its access, in one look: each request of a client begins with it. */
  findWithAccess(name: string): Promise<AccountAccess | null>
  /** All, by name (by code units). */
  list(): Promise<readonly Account[]>
  /** Resolves to false, and changes nothing, if the name is taken. */
  create(account: Account): Promise<boolean>
  /** Resolves to false if there is no such account. */
  update(
    name: string,
    change: Partial<Pick<Account, 'passwordHash' | 'isAdmin' | 'isActive'>>,
  ): Promise<boolean>
  /**
   * Also removes its grants, sessions and access tokens. Resolves to false if there is no such
   * account.
   */
  remove(name: string): Promise<boolean>
  /** By scope. Empty for an unknown account. */
  grantsOf(name: string): Promise<readonly Grant[]>
  /**
   * Replaces all grants of an account; at most one for each scope. Rejects with a `StateError`
   * `NO_SUCH_ACCOUNT` if there is none.
   */
  setGrants(name: string, grants: readonly Grant[]): Promise<void>
}
