// This import comes first, so that the components' own styles override it.
import './styles.ts'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider, usePrefetchQuery } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { BrowserRouter, HashRouter, useLocation, useRoutes } from 'react-router'
import { syncTabs } from './sync-tabs.ts'
import { createQueryClient } from './query-client.ts'
import { sessionQuery } from '#web/features/session/queries.ts'
import { prefetchRoute, routes } from './router.tsx'
import { ErrorBoundary } from './shell/error-boundary.tsx'
import { PageError } from './shell/page-error.tsx'
import { ToastHost } from './shell/toast-host.tsx'
import { listenBeforeRouter } from '#web/components/form/leaving.ts'
import { InitialLocation } from '#web/components/layout/initial-location.ts'
import { cssVariablesResolver, theme } from './theme.ts'

const queryClient = createQueryClient()
syncTabs(queryClient)
listenBeforeRouter()

const base = import.meta.env.BASE_URL

// A build that does not know its base path cannot rely on the web server to answer every address
// with the page, so it puts the addresses after a "#".
const Router = ({ children }: { readonly children: ReactNode }) =>
  base === './' ? (
    <HashRouter>{children}</HashRouter>
  ) : (
    <BrowserRouter basename={base}>{children}</BrowserRouter>
  )

function Pages() {
  const location = useLocation()
  const [firstLocation] = useState(location.key)
  useEffect(
    () => prefetchRoute(queryClient, location),
    // Only a change of the page counts: a filter, or the details of a tag, concerns only the page.
    // oxlint-disable-next-line react/exhaustive-deps
    [location.pathname],
  )
  return <InitialLocation value={firstLocation}>{useRoutes(routes)}</InitialLocation>
}

export function App() {
  // Starts before the page's code has loaded, which takes long on a slow connection.
  usePrefetchQuery(sessionQuery, queryClient)
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queryClient}>
        <ToastHost />
        <ErrorBoundary fallback={PageError}>
          <Router>
            <Pages />
          </Router>
        </ErrorBoundary>
      </QueryClientProvider>
    </MantineProvider>
  )
}
