import { accessLevelOver, allows } from '#domain/access/access-level.ts'
import type { AccessLevel, Grant } from '#domain/access/access-level.ts'
import { scopeAllows, type TokenScope } from '#domain/access/access-token.ts'
import { allowsAction, type RepositoryAction } from '#domain/access/repository-action.ts'

interface Rights {
  readonly isAdmin: boolean
  readonly grants: readonly Grant[]
}

/** Somebody whose identity is proven, for the length of one request. */
export interface Principal extends Rights {
  readonly name: string
  /** What may be read without signing in, and so by everybody. */
  readonly publicGrants?: readonly Grant[]
  /**
   * An access token speaks for the account. What the account itself may do is in here, so that
   * whatever looks only at `isAdmin` and `grants` gives a token nothing.
   */
  readonly token?: { readonly id: string; readonly scope: TokenScope; readonly owner: Rights }
  /** Since when there is this account: an earlier one may have had its name. */
  readonly createdAtMs?: number
  /** Tells this account and password from later ones of the same name. */
  readonly stamp?: string
}

const levelOf = ({ isAdmin, grants }: Rights, repository: string): AccessLevel | null =>
  isAdmin ? 'admin' : accessLevelOver(grants, repository)

export const isOpenToAll = ({ publicGrants = [] }: Principal, repository: string): boolean =>
  allows(accessLevelOver(publicGrants, repository), 'read-only')

/**
 * Whether somebody may pull from, push to or delete from a repository. A token may what both its
 * owner and its scope allow; and everybody, however they are signed in, may read what is public.
 */
export function mayDo(principal: Principal, repository: string, action: RepositoryAction): boolean {
  if (action === 'pull' && isOpenToAll(principal, repository)) return true
  const { token } = principal
  return token === undefined
    ? allowsAction(levelOf(principal, repository), action)
    : scopeAllows(token.scope, repository, action) &&
        allowsAction(levelOf(token.owner, repository), action)
}

/** The level that somebody has over a repository, or a namespace; null: none. */
export function accessLevelOf(principal: Principal, repository: string): AccessLevel | null {
  if (principal.token === undefined) {
    return (
      levelOf(principal, repository) ?? (isOpenToAll(principal, repository) ? 'read-only' : null)
    )
  }
  const may = (action: RepositoryAction): boolean => mayDo(principal, repository, action)
  if (!may('pull')) return null
  return may('push') && may('delete') ? 'read-write' : 'read-only'
}
