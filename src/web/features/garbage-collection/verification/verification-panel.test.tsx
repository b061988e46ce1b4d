import { cleanup, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import type { RequestedVerification } from '#contract/jobs/verification.ts'
import type { Job } from '#contract/jobs/collection-jobs.ts'
import { fakeApi, Refusal } from '../testing/fake-api.ts'
import { administrator, developer, renderAt } from '../testing/render-at.tsx'
import { runningJob } from '../testing/samples.ts'
import { VerificationPanel } from './verification-panel.tsx'

const path = '/api/v0/garbage-collection/verification'

const ended = (of: Partial<RequestedVerification> = {}): RequestedVerification => ({
  full: false,
  actor: 'admin',
  startedAt: '2026-11-22T01:00:00.000Z',
  finishedAt: '2026-11-22T01:00:41.000Z',
  progress: null,
  result: { tags: 412, wholeTags: 412, broken: [], unread: [] },
  error: null,
  ...of,
})
const underWay = (of: Partial<RequestedVerification> = {}): RequestedVerification =>
  ended({ finishedAt: null, result: null, ...of })

function show(
  last: RequestedVerification | null | Refusal,
  { session = administrator, jobs = [] as readonly Job[] } = {},
) {
  const api = fakeApi({ 'GET /api/v0/jobs': { jobs }, [`GET ${path}`]: last })
  vi.stubGlobal('fetch', api.fetch)
  renderAt('/', <VerificationPanel />, session)
  const panel = within(screen.getByRole('region', { name: 'Verification' }))
  return { api, panel, user: userEvent.setup() }
}

it('says that there was no verification, and starts one that reads every byte', async () => {
  const { api, panel, user } = show(null)
  await panel.findByText('Not verified yet.')
  api.answer(`POST ${path}`, underWay({ full: true }))
  const reading = underWay({ full: true, progress: { done: 103, total: 412 } })
  api.answer(`GET ${path}`, reading)
  await user.click(panel.getByRole('checkbox', { name: 'Read every byte' }))
  await user.click(panel.getByRole('button', { name: 'Verify now' }))
  await panel.findByText('Reading every byte')
  expect(api.writes()).toMatchObject([{ method: 'POST', path, body: { full: true } }])
  const bar = await panel.findByRole('progressbar', { name: 'How much is verified' })
  expect(bar.getAttribute('aria-valuenow')).toBe('25')
  await panel.findByText('103 of 412 blobs')
})

it('stops the verification under way', async () => {
  const { api, panel, user } = show(underWay())
  const button = await panel.findByRole('button', { name: 'Stop verifying' })
  expect(panel.queryByRole('button', { name: 'Verify now' })).toBeNull()
  api.answer(`DELETE ${path}`, undefined)
  api.answer(`GET ${path}`, ended({ result: null, error: 'it was stopped' }))
  await user.click(button)
  await panel.findByText('The tags could not be verified: it was stopped.')
  expect(api.writes()).toMatchObject([{ method: 'DELETE', path }])
})

it('says that every tag is whole, and how that was checked', async () => {
  const { panel } = show(ended({ full: true }))
  await panel.findByText(/412 of 412 tags verified: every manifest/)
  await panel.findByText(/Every byte was read\. Asked for by admin, ended/)
})

it('says what to do, also if pushing the same image again does not help', async () => {
  const found = (reason: string) =>
    ended({
      result: {
        tags: 2,
        wholeTags: 1,
        unread: [],
        broken: [{ repository: 'team/app', tag: '1.2', reason }],
      },
    })
  const missing = show(found('sha256:aa is missing'))
  await missing.panel.findByText(
    'Push these images again, or restore what is missing from a backup.',
  )
  cleanup()
  const lying = show(found('sha256:aa has 12 bytes instead of 9'))
  await lying.panel.findByText(
    /or restore .* backup\. .* build that image again, or delete its tag\.$/,
  )
})

it.each([
  [1, '1 platform that indexes list and that is not here. Pulls of it fail.'],
  [2, '2 platforms that indexes list and that are not here. Pulls of them fail.'],
])('counts absent platforms, and not as damage: %i', async (absentPlatforms, words) => {
  const { panel } = show(
    ended({ result: { tags: 2, wholeTags: 2, unread: [], broken: [], absentPlatforms } }),
  )
  await panel.findByText(/2 of 2 tags verified: every manifest/)
  await panel.findByText(`Not counted as damage, as the settings say: ${words}`)
})

it('names what could not be read and may hold more tags', async () => {
  const reason = 'the tags cannot be read'
  const { panel } = show(
    ended({
      result: {
        tags: 2,
        wholeTags: 2,
        unread: [{ repository: 'team/secret', reason }],
        broken: [],
      },
    }),
  )
  await panel.findByText(/2 of 2 tags verified: every manifest/)
  await panel.findByText(/could not be read, and may hold more tags/)
  expect(panel.getByRole('row', { name: 'team/secret The tags cannot be read.' })).toBeDefined()
})

it('names the tags that are not whole, with the reason, and counts those that it does not name', async () => {
  const reason = 'sha256:aa is missing'
  const { panel } = show(
    ended({
      result: {
        tags: 412,
        wholeTags: 400,
        unread: [],
        broken: [{ repository: 'team/app', tag: '1.2', reason }],
      },
    }),
  )
  await panel.findByText('400 of 412 tags verified. These are not whole:')
  expect(
    panel.getByRole('row', { name: /^team\/app:1\.2 The part sha256:aa is missing\./ }),
  ).toBeDefined()
  await panel.findByText('And 11 more tags.')
})

it('says why the last verification could not be loaded, and why a new one could not start', async () => {
  const { api, panel, user } = show(new Refusal(500, 'INTERNAL', 'the state is away'))
  await panel.findByText('Couldn’t load the last verification')
  api.answer(`POST ${path}`, new Refusal(409, 'JOB_ALREADY_RUNNING', 'one is running already'))
  await user.click(panel.getByRole('button', { name: 'Verify now' }))
  await panel.findByText('One is running already.')
})

it('offers no verification while a collection runs, which verifies too', async () => {
  const { panel } = show(null, { jobs: [runningJob()] })
  await panel.findByText(/collection that is running verifies every tag/)
  expect(panel.getByRole('button', { name: 'Verify now' })).toHaveProperty('disabled', true)
})

it('tells a developer that only administrators can verify', async () => {
  const { api, panel } = show(null, { session: developer })
  await panel.findByText('Only administrators can verify: it names every repository.')
  expect(panel.queryByRole('button')).toBeNull()
  expect(api.callsTo(path)).toEqual([])
})
