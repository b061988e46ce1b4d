import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { render, screen, waitFor } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { MemoryRouter, Route, Routes } from 'react-router'
import { beforeEach, expect, it } from 'vitest'
import { queryKeys } from '#web/api/query-keys.ts'
import { SignInPage } from '#web/features/session/sign-in-page.tsx'
import { answer, fakeFetch, refusal } from '#web/testing/fake-fetch.ts'
import { createQueryClient } from '../query-client.ts'
import { RequireSession } from './require-session.tsx'

const session = '/api/v0/session'
const dana = { name: 'dana', isAdmin: false }
let server: ReturnType<typeof fakeFetch>

beforeEach(() => {
  server = fakeFetch({ [`GET ${session}`]: answer(dana) })
})

async function openNotes() {
  const client = createQueryClient()
  const user = userEvent.setup()
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        <MemoryRouter initialEntries={['/notes']}>
          <Routes>
            <Route path="/sign-in" element={<SignInPage />} />
            <Route element={<RequireSession SignIn={SignInPage} />}>
              <Route path="/notes" element={<textarea aria-label="Notes" />} />
            </Route>
          </Routes>
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  )
  await user.type(await screen.findByRole('textbox', { name: 'Notes' }), 'half a thought')
  client.setQueryData(queryKeys.trash, ['what dana may see'])
  const endSession = async () => {
    server.route(`GET ${session}`, refusal(401, 'NOT_AUTHENTICATED', 'sign in'))
    await client.invalidateQueries({ queryKey: queryKeys.session, exact: true })
    await screen.findByText(/Your session has ended/)
  }
  const signIn = async (name: string) => {
    server.route(`POST ${session}`, answer({ name, isAdmin: false }))
    server.route(`GET ${session}`, answer({ name, isAdmin: false }))
    await user.type(screen.getByLabelText('Name'), name)
    await user.type(screen.getByLabelText('Password'), 'secret')
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    return await screen.findByRole('textbox', { name: 'Notes' })
  }
  return { client, endSession, signIn }
}

it('keeps what the person has typed while they sign in again, out of sight', async () => {
  const { client, endSession, signIn } = await openNotes()
  await endSession()
  expect(screen.queryByRole('textbox', { name: 'Notes' })).toBeNull()
  const notes = await signIn('dana')
  expect(notes).toHaveProperty('value', 'half a thought')
  await waitFor(() => expect(document.activeElement).toBe(notes))
  expect(screen.queryByRole('button', { name: 'Sign in' })).toBeNull()
  expect(client.getQueryState(queryKeys.trash)?.isInvalidated).toBe(true)
})

it('keeps nothing for another person who signs in', async () => {
  const { client, endSession, signIn } = await openNotes()
  await endSession()
  expect(await signIn('finn')).toHaveProperty('value', '')
  expect(client.getQueryData(queryKeys.trash)).toBeUndefined()
})

it('keeps nothing for another person who has signed in elsewhere', async () => {
  const { client } = await openNotes()
  server.route(`GET ${session}`, answer({ name: 'finn', isAdmin: false }))
  await client.invalidateQueries({ queryKey: queryKeys.session, exact: true })
  await waitFor(() =>
    expect(screen.getByRole('textbox', { name: 'Notes' })).toHaveProperty('value', ''),
  )
  expect(client.getQueryData(queryKeys.trash)).toBeUndefined()
})
