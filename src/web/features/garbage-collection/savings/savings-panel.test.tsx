import { listSavings } from '#contract/endpoints/garbage-collection.ts'
import { pathOf } from '#contract/endpoints/path-of.ts'
import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { answer, fakeFetch } from '#web/testing/fake-fetch.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { sampleSaving } from '../testing/samples.ts'
import { SavingsPanel } from './savings-panel.tsx'

const route = `GET ${pathOf(listSavings, {})}`
const startedAt = new Date(Date.now() - 3_600_000).toISOString()
const savings = (bytesFreed: number) =>
  answer({
    savings: [sampleSaving({ startedAt, finishedAt: startedAt, bytesFreed })],
    failedRuns: [],
    bytesFreed,
    runCount: 1,
  })

it('keeps the words of a range until the figures of the next are there', async () => {
  const server = fakeFetch({ [route]: savings(4_000_000) })
  const { user } = renderPage(<SavingsPanel />, { at: '/', path: '/' })
  const headline = await screen.findByText(/4 MB in 30 days|4\.00 MB in 30 days/)

  let respond: (response: Response) => void = () => {}
  server.route(route, () => new Promise((resolve) => (respond = resolve)))
  await user.click(screen.getByRole('radio', { name: '7 d' }))
  await waitFor(() =>
    expect(server.calls.filter(({ url }) => url.includes('/savings')).length).toBe(2),
  )
  expect(headline.textContent).toMatch(/in 30 days$/)

  respond(savings(1_000_000))
  await screen.findByText(/1(\.00)? MB in 7 days/)
})
