import { allows, type AccessLevel } from './access-level.ts'

/** What a client does with a repository, in the words of Docker's token specification. */
export const repositoryActions = ['pull', 'push', 'delete'] as const
export type RepositoryAction = (typeof repositoryActions)[number]

/** The level that an account needs for each action. */
export const levelNeeded: Record<RepositoryAction, AccessLevel> = {
  pull: 'read-only',
  push: 'read-write',
  delete: 'read-write',
}

export const allowsAction = (has: AccessLevel | null, action: RepositoryAction): boolean =>
  allows(has, levelNeeded[action])
