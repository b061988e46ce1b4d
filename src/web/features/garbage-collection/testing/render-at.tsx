import type { Session } from '#contract/accounts/session.ts'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { createMemoryRouter, RouterProvider } from 'react-router'
import { SessionContext } from '#web/api/session-context.ts'

export const administrator: Session = { name: 'admin', isAdmin: true }
export const developer: Session = { name: 'dev', isAdmin: false }

/** Renders an element as in the page: signed in, at an address, with an empty cache. */
export function renderAt(address: string, element: ReactNode, session = administrator) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const router = createMemoryRouter([{ path: '*', element }], { initialEntries: [address] })
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        <SessionContext value={session}>
          <Notifications />
          <RouterProvider router={router} />
        </SessionContext>
      </QueryClientProvider>
    </MantineProvider>,
  )
  return { client, router }
}
