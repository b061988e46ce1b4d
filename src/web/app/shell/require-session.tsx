import { useQuery } from '@tanstack/react-query'
import { Navigate, useLocation } from 'react-router'
import { sessionQuery } from '#web/features/session/queries.ts'
import { paths } from '#web/api/page-paths.ts'
import { SessionContext } from '#web/api/session-context.ts'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { Shell } from './shell.tsx'

/**
 * The shell for a signed-in person; otherwise the sign-in page, and back to this address
 * afterwards.
 */
export function RequireSession() {
  const { data: session, error, isFetching, refetch } = useQuery(sessionQuery)
  const location = useLocation()
  if (session) {
    return (
      <SessionContext value={session}>
        <Shell />
      </SessionContext>
    )
  }
  if (session === null) {
    const isHome = location.pathname === paths.home || location.pathname === paths.repositories
    const from = `${location.pathname}${location.search}`
    return <Navigate to={paths.signIn(isHome && !location.search ? undefined : from)} replace />
  }
  if (error) {
    return (
      <main>
        <ErrorState
          title="Couldn’t open the dashboard"
          error={error}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
        />
      </main>
    )
  }
  // Empty on purpose: this lasts a moment, and it may turn into the sign-in page instead of a list.
  return <main aria-busy />
}
