// First, so that the components' own styles come after and win.
import './styles.ts'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { Suspense } from 'react'
import { BrowserRouter, useRoutes } from 'react-router'
import { keepTabsInStep } from './keep-tabs-in-step.ts'
import { createQueryClient } from './query-client.ts'
import { routes } from './router.tsx'
import { ErrorBoundary } from './shell/error-boundary.tsx'
import { PageError } from './shell/page-error.tsx'
import { ToastHost } from './shell/toast-host.tsx'
import { cssVariablesResolver, theme } from './theme.ts'

const queryClient = createQueryClient()
keepTabsInStep(queryClient)

const Pages = () => useRoutes(routes)

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queryClient}>
        <ToastHost />
        <ErrorBoundary fallback={PageError}>
          <Suspense fallback={null}>
            <BrowserRouter basename={import.meta.env.BASE_URL}>
              <Pages />
            </BrowserRouter>
          </Suspense>
        </ErrorBoundary>
      </QueryClientProvider>
    </MantineProvider>
  )
}
