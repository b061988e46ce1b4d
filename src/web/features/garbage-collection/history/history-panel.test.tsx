import { paging } from '#contract/paging.ts'
import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { answer, fakeFetch, refusal } from '#web/testing/fake-fetch.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { sampleJob } from '../testing/samples.ts'
import { HistoryPanel } from './history-panel.tsx'

const jobs = 'GET /api/v0/jobs'
const firstPage = answer(
  { jobs: [sampleJob({ id: 'run-2' })] },
  { [paging.resourceCountHeader]: '2', [paging.nextPageStartHeader]: 'run-1' },
)
const lastPage = answer(
  { jobs: [sampleJob({ id: 'run-1' })] },
  { [paging.resourceCountHeader]: '2' },
)

it('says that older runs could not be loaded, and loads them when asked again', async () => {
  const server = fakeFetch({
    [jobs]: ({ url }) =>
      url.includes('pageStart=') ? refusal(500, 'INTERNAL', 'the disk is gone') : firstPage,
  })
  const { user } = renderPage(<HistoryPanel />, { at: '/' })
  await screen.findByText('1 of 2 runs')
  expect(screen.queryByRole('alert')).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Show older runs' }))
  const alert = await screen.findByRole('alert')
  expect(alert.textContent).toContain('Couldn’t load older runs')
  expect(alert.textContent).toContain('The disk is gone.')

  server.route(jobs, ({ url }) => (url.includes('pageStart=') ? lastPage : firstPage))
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  await screen.findByText('2 runs')
  expect(screen.queryByRole('alert')).toBeNull()
  expect(screen.queryByRole('button', { name: 'Show older runs' })).toBeNull()
})
