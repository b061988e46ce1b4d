import { act, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { queryKeys } from '#web/api/query-keys.ts'
import { CollectionBanner } from './collection-banner.tsx'
import { collectionKeys, jobQuery } from '../run-queries.ts'
import { fakeApi, Refusal, unreachable } from '../testing/fake-api.ts'
import { administrator, developer, renderAt } from '../testing/render-at.tsx'
import {
  runningJob,
  sampleJob,
  samplePolicy,
  sampleProgress,
  sampleResult,
} from '../testing/samples.ts'

function showBanner({
  job = runningJob(),
  session = administrator,
  at = '/repositories',
  policy = samplePolicy,
} = {}) {
  const api = fakeApi({
    'GET /api/v0/jobs': { jobs: [job] },
    'GET /api/v0/jobs/run-1': sampleJob(),
    'GET /api/v0/garbage-collection/policy': policy,
    'POST /api/v0/jobs/run-1/cancel': undefined,
  })
  vi.stubGlobal('fetch', api.fetch)
  const { client } = renderAt(at, <CollectionBanner />, session)
  const pollAgain = () => act(() => client.refetchQueries({ queryKey: collectionKeys.running }))
  return { api, client, pollAgain, user: userEvent.setup() }
}

const banner = () => screen.findByRole('region', { name: 'Garbage collection in progress' })
const noBanner = () =>
  expect(screen.queryByRole('region', { name: 'Garbage collection in progress' })).toBeNull()

it('tells everyone that pushes are rejected, how far the run is and how much it has freed', async () => {
  showBanner({ session: developer })
  await screen.findByText(/Pushes are rejected/)
  const words = (await banner()).textContent
  expect(words).toContain('Garbage collection is running. Pushes are rejected until it finishes.')
  expect(words).toContain('sweeping, 63 % · 1.16 GB freed · about 15 s left')
  expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('63')
  expect(screen.queryByRole('button', { name: 'Stop' })).toBeNull()
  expect(screen.queryByRole('link', { name: 'View' })).toBeNull()
})

it.each([
  ['hold-pushes', 'Pushes wait until it finishes.'],
  ['accept-pushes', 'Pushes and pulls go on.'],
] as const)('says what %s means for a push', async (whileCollecting, words) => {
  showBanner({ policy: { ...samplePolicy, whileCollecting } })
  await banner()
  expect(await screen.findByText(new RegExp(words))).toBeDefined()
})

it.each([
  ['marking', 'Pushes go on until it deletes.'],
  ['waiting for pushes', 'Pushes are rejected until it finishes.'],
  ['verifying', 'Pushes go on again.'],
] as const)('says what happens to pushes while a collection is %s', async (phase, words) => {
  showBanner({ job: runningJob({ progress: sampleProgress({ phase }) }) })
  await banner()
  expect(await screen.findByText(new RegExp(words))).toBeDefined()
})

it('gives administrators View and Stop', async () => {
  const { api, user } = showBanner()
  await banner()
  const view = screen.getByRole<HTMLAnchorElement>('link', { name: 'View' })
  expect(view.getAttribute('href')).toBe('/settings/garbage-collection')
  api.answer('GET /api/v0/jobs', { jobs: [runningJob({ stopping: true })] })
  await user.click(screen.getByRole('button', { name: 'Stop' }))
  expect(api.writes()).toMatchObject([{ method: 'POST', path: '/api/v0/jobs/run-1/cancel' }])
  expect((await banner()).textContent).toContain('Garbage collection is stopping.')
})

it('says why a run could not be stopped', async () => {
  const { api, user } = showBanner()
  await banner()
  api.answer('POST /api/v0/jobs/run-1/cancel', new Refusal(500, 'INTERNAL', 'the disk is gone'))
  await user.click(screen.getByRole('button', { name: 'Stop' }))
  expect((await screen.findByRole('alert')).textContent).toBe('Not stopped: The disk is gone.')
})

it('leaves Stop to the page that shows the run', async () => {
  showBanner({ at: '/settings/garbage-collection' })
  await banner()
  expect(screen.queryByRole('button', { name: 'Stop' })).toBeNull()
})

it('does not appear for a dry run, which rejects no push', async () => {
  const { api } = showBanner({ job: runningJob({ dryRun: true }) })
  await expect.poll(() => api.callsTo('/api/v0/jobs')).toHaveLength(1)
  noBanner()
})

it('disappears when the run ends, says how it ended, and invalidates what the run has changed', async () => {
  const { api, client, pollAgain } = showBanner()
  await banner()
  const stale = [queryKeys.repositories, queryKeys.tagsOf('team/app'), queryKeys.trash]
  for (const key of stale) client.setQueryData(key, [])
  api.answer('GET /api/v0/jobs', { jobs: [] })
  // The cache may hold the job in its earlier state.
  client.setQueryData(jobQuery('run-1').queryKey, runningJob())
  await pollAgain()
  await waitFor(noBanner)
  expect((await screen.findByText(/Garbage collection has ended/)).textContent).toContain(
    'Freed 3.2 GB',
  )
  for (const key of stale) expect(client.getQueryState(key)?.isInvalidated).toBe(true)
})

it.each([
  ['bad', { status: 'errored', error: 'the disk is gone', result: null } as const, /failed/],
  [
    'warning',
    { result: sampleResult({ failures: [{ subject: 'a', reason: 'b' }] }) },
    /1 item could not be deleted/,
  ],
  ['good', {}, /Freed 3.2 GB/],
])('ends with a toast that looks %s if it was', async (tone, job, words) => {
  const { api, pollAgain } = showBanner()
  await banner()
  api.answer('GET /api/v0/jobs', { jobs: [] })
  api.answer('GET /api/v0/jobs/run-1', sampleJob(job))
  await pollAgain()
  const toast = (await screen.findByText(words)).closest('[data-tone]')
  expect(toast?.getAttribute('data-tone')).toBe(tone)
})

it('follows the next run after one has ended', async () => {
  const { api, pollAgain } = showBanner()
  await banner()
  api.answer('GET /api/v0/jobs', { jobs: [runningJob({ id: 'run-2', progress: null })] })
  await pollAgain()
  expect((await banner()).textContent).toContain('starting')
  expect(await screen.findByText(/Garbage collection has ended/)).toBeDefined()
})

it('stays while the server does not answer, because the run goes on', async () => {
  const { api, pollAgain } = showBanner()
  await banner()
  api.answer('GET /api/v0/jobs', () => unreachable)
  await pollAgain()
  expect(await banner()).toBeDefined()
})

it('appears when a run starts', async () => {
  const { api, pollAgain } = showBanner({ job: sampleJob() })
  await expect.poll(() => api.callsTo('/api/v0/jobs')).toHaveLength(1)
  noBanner()
  api.answer('GET /api/v0/jobs', { jobs: [runningJob()] })
  await pollAgain()
  expect(await banner()).toBeDefined()
})
