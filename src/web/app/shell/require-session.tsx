import { useQuery } from '@tanstack/react-query'
import { Activity, useLayoutEffect, type ComponentType } from 'react'
import { Navigate, useLocation } from 'react-router'
import { endedSessionQuery, sessionQuery } from '#web/features/session/queries.ts'
import { paths } from '#web/api/page-paths.ts'
import { SessionContext } from '#web/api/session-context.ts'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { Shell } from './shell.tsx'

interface RequireSessionProps {
  readonly SignIn: ComponentType<{ readonly coversPage: boolean }>
}

/**
 * The shell for a signed-in person; otherwise the sign-in page, and back to this address
 * afterwards. A session that ends without the person leaves the page where it is, hidden: who was
 * signed in finds there what they had typed. It is thrown away if another person signs in.
 */
export function RequireSession({ SignIn }: RequireSessionProps) {
  const { data: session, error, isFetching, refetch } = useQuery(sessionQuery)
  const { data: ended } = useQuery(endedSessionQuery)
  const location = useLocation()
  const person = session ?? (session === null ? ended : null)
  const isAway = person !== null && !session
  useReturn(isAway)
  if (person) {
    return (
      <>
        {isAway && <SignIn coversPage />}
        <Activity key={person.name} mode={isAway ? 'hidden' : 'visible'}>
          <SessionContext value={person}>
            <Shell />
          </SessionContext>
        </Activity>
      </>
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

/** A dialog takes the focus a moment after it is shown again. */
const afterDialogsMs = 60

/** A page that was hidden is shown again as it was left: scrolled, and with the focus. */
function useReturn(isAway: boolean): void {
  useLayoutEffect(() => {
    if (!isAway) return undefined
    const { activeElement } = document
    const { scrollY } = window
    return () => {
      setTimeout(() => {
        const isThere = activeElement instanceof HTMLElement && activeElement.isConnected
        if (isThere && activeElement !== document.body) activeElement.focus({ preventScroll: true })
        window.scrollTo(0, scrollY)
      }, afterDialogsMs)
    }
  }, [isAway])
}
