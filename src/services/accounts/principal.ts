import { accessLevelOver, allows } from '#domain/access/access-level.ts'
import type { AccessLevel, Grant } from '#domain/access/access-level.ts'
import { scopeAllows, type TokenScope } from '#domain/access/access-token.ts'
import { allowsAction, type RepositoryAction } from '#domain/access/repository-action.ts'

interface Rights {
  readonly isAdmin: boolean
  readonly grants: readonly Grant[]
}

/** A proven account, for the length of one request. */
export interface Principal extends Rights {
  readonly name: string
  /** What can be read without signing in, and so by everyone. */
  readonly publicGrants?: readonly Grant[]
  /**
   * An access token acts for the account. The account's own access is inside, so that code which
   * reads only `isAdmin` and `grants` gives a token nothing.
   */
  readonly token?: { readonly id: string; readonly scope: TokenScope; readonly owner: Rights }
  /** When the account was created: an earlier one may have had its name. */
  readonly createdAtMs?: number
  /** Distinguishes this account and password from later ones of the same name. */
  readonly stamp?: string
}

const levelOf = ({ isAdmin, grants }: Rights, repository: string): AccessLevel | null =>
  isAdmin ? 'admin' : accessLevelOver(grants, repository)

export const isOpenToAll = ({ publicGrants = [] }: Principal, repository: string): boolean =>
  allows(accessLevelOver(publicGrants, repository), 'read-only')

/**
 * Whether a principal may pull from, push to or delete from a repository. A token may do what both
 * its account and its scope allow; and every principal may read what is public.
 */
export function mayDo(principal: Principal, repository: string, action: RepositoryAction): boolean {
  if (action === 'pull' && isOpenToAll(principal, repository)) return true
  const { token } = principal
  return token === undefined
    ? allowsAction(levelOf(principal, repository), action)
    : scopeAllows(token.scope, repository, action) &&
        allowsAction(levelOf(token.owner, repository), action)
}

/** The principal's level for a repository, or a namespace; null: none. */
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
