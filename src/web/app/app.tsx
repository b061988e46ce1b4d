// First, so that the components' own styles come after and win.
import './styles.ts'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider, usePrefetchQuery } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { BrowserRouter, HashRouter, useLocation, useRoutes } from 'react-router'
import { keepTabsInStep } from './keep-tabs-in-step.ts'
import { createQueryClient } from './query-client.ts'
import { sessionQuery } from '#web/features/session/queries.ts'
import { goAhead, routes } from './router.tsx'
import { ErrorBoundary } from './shell/error-boundary.tsx'
import { PageError } from './shell/page-error.tsx'
import { ToastHost } from './shell/toast-host.tsx'
import { FirstLocation } from '#web/components/layout/first-location.ts'
import { cssVariablesResolver, theme } from './theme.ts'

const queryClient = createQueryClient()
keepTabsInStep(queryClient)

const base = import.meta.env.BASE_URL

// A build that does not know where it will lie cannot rely on the web server to answer each of its
// addresses with the page: there they stand behind a "#".
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
    () => goAhead(queryClient, location),
    // Another page alone: a filter, or the details of a tag, is the page's own affair.
    // oxlint-disable-next-line react/exhaustive-deps
    [location.pathname],
  )
  return <FirstLocation value={firstLocation}>{useRoutes(routes)}</FirstLocation>
}

export function App() {
  // Ahead of the code of the page, which on a slow connection would keep it waiting.
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
