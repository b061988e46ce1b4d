import { listTrash } from '#contract/endpoints/trash.ts'
import { act, cleanup, screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, it } from 'vitest'
import { answer, fakeFetch, noAnswer, refusal } from '#web/testing/fake-fetch.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { request } from '#web/api/request.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { SignInPage } from './sign-in-page.tsx'

const session = '/api/v0/session'
let server: ReturnType<typeof fakeFetch>

beforeEach(() => {
  server = fakeFetch({ [`GET ${session}`]: refusal(401, 'NOT_AUTHENTICATED', 'sign in') })
})

async function signIn(before: (page: ReturnType<typeof renderPage>) => void = () => {}) {
  const page = renderPage(<SignInPage />, { at: '/sign-in?from=%2Ftrash', path: '/sign-in' })
  before(page)
  await page.user.type(await screen.findByLabelText('Name'), 'dana')
  await page.user.type(screen.getByLabelText('Password'), 'secret')
  await page.user.click(screen.getByRole('button', { name: 'Sign in' }))
  return page
}

it('shows the same message for a wrong name and a wrong password', async () => {
  server.route(`POST ${session}`, refusal(401, 'NOT_AUTHENTICATED', 'whatever it says'))
  const { address } = await signIn()
  expect((await screen.findByRole('alert')).textContent).toBe('Wrong name or password.')
  expect(document.activeElement).toBe(screen.getByLabelText('Password'))
  expect(address()).toBe('/sign-in?from=%2Ftrash')
})

it('says that the server does not answer', async () => {
  server.route(`POST ${session}`, noAnswer())
  await signIn()
  expect((await screen.findByRole('alert')).textContent).toContain('cannot be reached')
})

it('opens the page that the person wanted', async () => {
  server.route(`POST ${session}`, answer({ name: 'dana', isAdmin: false }))
  const { address, client } = await signIn()
  await waitFor(() => expect(address()).toBe('/trash'))
  expect(server.calls.at(-1)?.body).toEqual({ name: 'dana', password: 'secret' })
  expect(client.getQueryData(['session'])).toEqual({ name: 'dana', isAdmin: false })
})

it('leaves nothing of the previous person in the cache', async () => {
  let fill = () => {}
  server.route(`POST ${session}`, () => {
    fill()
    return answer({ name: 'dana', isAdmin: false })
  })
  const { client, address } = await signIn((page) => {
    fill = () => void page.client.setQueryData(['repositories', 'all'], ['secret/plans'])
  })
  await waitFor(() => expect(address()).toBe('/trash'))
  expect(client.getQueryData(['repositories', 'all'])).toBeUndefined()
})

it('says that the session has ended, until the person signs in', async () => {
  const ended = /Your session has ended/
  renderPage(<SignInPage />, { at: '/sign-in', path: '/sign-in' })
  await screen.findByLabelText('Name')
  expect(screen.queryByText(ended)).toBeNull()
  cleanup()

  const { client } = renderPage(<SignInPage />, { at: '/sign-in', path: '/sign-in' })
  act(() => {
    client.setQueryData(queryKeys.session, { name: 'dana', isAdmin: false })
  })
  server.route('GET /api/v0/trash', refusal(401, 'NOT_AUTHENTICATED', 'sign in'))
  await client
    .fetchQuery({ queryKey: ['x'], queryFn: () => request(listTrash) })
    .catch(() => undefined)
  expect(await screen.findByText(ended)).toBeDefined()
})
