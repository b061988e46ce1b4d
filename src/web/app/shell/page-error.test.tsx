import { MantineProvider } from '@mantine/core'
import { render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { MissingCodeError } from '#web/components/layout/missing-code.ts'
import { fakeFetch, noAnswer } from '#web/testing/fake-fetch.ts'
import { PageError } from './page-error.tsx'

const reload = vi.fn()
const missing = new MissingCodeError('gone', {
  cause: new Error('Unable to preload CSS for /assets/trash-page.css'),
})
const show = (error: unknown) =>
  render(
    <MantineProvider env="test">
      <PageError error={error} />
    </MantineProvider>,
  )

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

beforeEach(() => {
  reload.mockClear()
  sessionStorage.clear()
  vi.stubGlobal('location', { reload })
})

it('says that this computer is offline, and opens the page once the server answers', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  const server = fakeFetch({ 'GET /': noAnswer() })
  show(missing)
  await screen.findByText(/This computer is offline/)
  expect(screen.queryByText(/preload/)).toBeNull()
  expect(reload).not.toHaveBeenCalled()
  server.route('GET /', new Response('page'))
  await vi.advanceTimersByTimeAsync(3000)
  await vi.waitFor(() => expect(reload).toHaveBeenCalledOnce())
})

it('says that the server cannot be reached', async () => {
  fakeFetch({ 'GET /': noAnswer() })
  show(missing)
  await screen.findByText(/The server cannot be reached/)
})

it('reloads itself after an upgrade, once, and then offers to', async () => {
  fakeFetch({ 'GET /': new Response('page') })
  show(missing)
  await screen.findByText(/The dashboard was updated/)
  await vi.waitFor(() => expect(reload).toHaveBeenCalledOnce())
  show(missing)
  await vi.waitFor(() => expect(screen.getAllByText(/The dashboard was updated/)).toHaveLength(2))
  expect(reload).toHaveBeenCalledOnce()
  expect(screen.getAllByRole('button', { name: 'Reload' })).toHaveLength(2)
})

it('does not take what a connection cost for an upgrade, however short ago it reloaded', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
  sessionStorage.setItem('jetsam-reloaded-at', String(Date.now()))
  const own = '<script type="module" src="/assets/own.js"></script>'
  const script = document.body.appendChild(document.createElement('script'))
  script.type = 'text/plain'
  script.setAttribute('src', '/assets/own.js')
  script.setAttribute('type', 'module')
  const server = fakeFetch({ 'GET /': noAnswer() })
  show(missing)
  await screen.findByText(/The server cannot be reached/)
  server.route('GET /', new Response(own))
  await vi.advanceTimersByTimeAsync(3000)
  await screen.findByText(/A part of it did not arrive/)
  await vi.waitFor(() => expect(reload).toHaveBeenCalledOnce())
  script.remove()
})

it('says of another error that it is the dashboard’s, with what it is one click away', () => {
  show(new Error('the moon is in the way'))
  expect(screen.getByText(/The dashboard made a mistake here/)).toBeDefined()
  expect(screen.getByText('The moon is in the way.').closest('details')).not.toBeNull()
})
