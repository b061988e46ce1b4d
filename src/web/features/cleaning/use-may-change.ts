import { accessLevelOver, allows } from '#domain/access/access-level.ts'
import { useQuery } from '@tanstack/react-query'
import { useSession } from '#web/api/session-context.ts'
import { grantsQuery } from './queries.ts'
import { registryScope } from './scope.ts'

interface Changeable {
  /** Whether the person may change the policy of a scope. */
  readonly mayChange: (scope: string) => boolean
  /** The widest scopes whose policies they may change; of administrators none: they may change all. */
  readonly scopes: readonly string[]
}

/** Whose policies the person may change, as the server decides it. */
export function useMayChange(): Changeable {
  const { isAdmin } = useSession()
  const { data: grants = [] } = useQuery(grantsQuery)
  if (isAdmin) return { mayChange: () => true, scopes: [] }
  return {
    mayChange: (scope) =>
      scope !== registryScope && allows(accessLevelOver(grants, scope), 'admin'),
    scopes: grants
      .filter(({ accessLevel }) => accessLevel === 'admin')
      .map(({ scope }) => scope)
      .toSorted(),
  }
}
