import type { Session } from '#contract/accounts/session.ts'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import type { ReactNode } from 'react'
import { MemoryRouter, Route, Routes, useLocation } from 'react-router'
import { createQueryClient } from '#web/app/query-client.ts'
import { SessionContext } from '#web/api/session-context.ts'

const administrator: Session = { name: 'admin', isAdmin: true }

interface PageOptions {
  /** The address at which it opens. */
  readonly at: string
  /** The pattern of its address. */
  readonly path?: string
  readonly session?: Session
}

const Address = () => {
  const { pathname, search } = useLocation()
  return (
    <output data-testid="address" hidden>
      {pathname + search}
    </output>
  )
}

/** Renders a page as in the dashboard, with toasts and an empty cache. */
export function renderPage(
  page: ReactNode,
  { at, path = '*', session = administrator }: PageOptions,
) {
  const client = createQueryClient()
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        <SessionContext value={session}>
          <Notifications transitionDuration={0} />
          <MemoryRouter initialEntries={[at]}>
            <Address />
            <Routes>
              <Route path={path} element={page} />
              <Route path="*" element={null} />
            </Routes>
          </MemoryRouter>
        </SessionContext>
      </QueryClientProvider>
    </MantineProvider>,
  )
  return {
    client,
    user: userEvent.setup(),
    address: () => screen.getByTestId('address').textContent,
  }
}
