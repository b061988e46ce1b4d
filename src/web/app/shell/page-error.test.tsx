import { MantineProvider } from '@mantine/core'
import { render, screen } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'
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
  expect(reload).toHaveBeenCalledOnce()
  vi.useRealTimers()
  vi.restoreAllMocks()
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
  expect(reload).toHaveBeenCalledOnce()
  show(missing)
  await vi.waitFor(() => expect(screen.getAllByText(/The dashboard was updated/)).toHaveLength(2))
  expect(reload).toHaveBeenCalledOnce()
  expect(screen.getAllByRole('button', { name: 'Reload' })).toHaveLength(2)
})

it('says of another error what it is', () => {
  show(new Error('the moon is in the way'))
  expect(screen.getByText('The page broke: The moon is in the way.')).toBeDefined()
})
