import type { AccessLevel } from '#domain/access/access-level.ts'
import { accessLevelOf } from '#services/accounts/principal.ts'
import type { Context } from 'hono'
import { signedIn } from '../../middleware/access.ts'
import type { Env } from '../../request-context.ts'

/** The reader of an answer: it names no repository that is hidden from them. */
export interface Viewer {
  readonly isAdmin: boolean
  levelOver(repository: string): AccessLevel | null
  sees(repository: string): boolean
}

/** The caller as a viewer, or 401. */
export function viewerOf(context: Context<Env>): Viewer {
  const principal = signedIn(context)
  const levelOver = (repository: string): AccessLevel | null => accessLevelOf(principal, repository)
  return {
    isAdmin: principal.isAdmin,
    levelOver,
    sees: (repository) => levelOver(repository) !== null,
  }
}
