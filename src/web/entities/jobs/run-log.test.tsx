import { getJobLog } from '#contract/endpoints/jobs.ts'
import { pathOf } from '#contract/endpoints/path-of.ts'
import type { LogLine } from '#contract/jobs/collection-jobs.ts'
import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { answer, fakeFetch } from '#web/testing/fake-fetch.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { RunLog } from './run-log.tsx'

const lines: readonly LogLine[] = [
  { lineNum: 1, level: 'info', time: '2026-11-22T01:00:00.000Z', data: 'removed a layer' },
]

it('clears the search of the log in the address too', async () => {
  fakeFetch({ [`GET ${pathOf(getJobLog, { id: 'run-1' })}`]: answer(lines) })
  const { user, address } = renderPage(<RunLog job={{ id: 'run-1', status: 'done' }} />, {
    at: '/run?search=zzz&level=error&kept=1',
  })
  await screen.findByText('No line matches the filter')
  await user.click(screen.getByRole('button', { name: 'Clear filter' }))
  await screen.findByText('1 line, in UTC')
  await waitFor(() => expect(address()).toBe('/run?kept=1'))
  expect(screen.getByRole('searchbox')).toHaveProperty('value', '')
})
