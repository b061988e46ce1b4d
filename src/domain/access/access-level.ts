import { ok, err, type Result } from '../values/result.ts'

/** What an account may do with a repository, least first. */
export const accessLevels = ['read-only', 'read-write', 'admin'] as const
export type AccessLevel = (typeof accessLevels)[number]

export const allows = (has: AccessLevel | null, needs: AccessLevel): boolean =>
  has !== null && accessLevels.indexOf(has) >= accessLevels.indexOf(needs)

export function parseAccessLevel(input: unknown): Result<AccessLevel> {
  const level = accessLevels.find((candidate) => candidate === input)
  return level
    ? ok(level)
    : err({
        code: 'INVALID_ACCESS_LEVEL',
        message: `an access level is one of ${accessLevels.join(', ')}`,
      })
}

/** An access level over a namespace (`team`) or one repository (`team/app`). */
export interface Grant {
  readonly scope: string
  readonly accessLevel: AccessLevel
}

/** Whether a scope (`team`, `team/app`) is this repository, or a namespace above it. */
export const coversRepository = (scope: string, repository: string): boolean =>
  repository === scope || repository.startsWith(`${scope}/`)

/** The level that grants give over a repository: the narrowest scope that covers it wins. */
export function accessLevelOver(grants: readonly Grant[], repository: string): AccessLevel | null {
  let narrowest: Grant | null = null
  for (const grant of grants) {
    const covers = coversRepository(grant.scope, repository)
    if (covers && (narrowest === null || grant.scope.length > narrowest.scope.length)) {
      narrowest = grant
    }
  }
  return narrowest?.accessLevel ?? null
}
