import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { GarbageCollectionPage } from '../garbage-collection-page.tsx'
import { fakeApi, Refusal, type Call } from '../testing/fake-api.ts'
import { administrator, developer, renderAt } from '../testing/render-at.tsx'
import {
  nothing,
  runningJob,
  sampleJob,
  samplePlan,
  samplePolicy,
  sampleReclaimable,
  someAmount,
  sampleResult,
} from '../testing/samples.ts'
import { reads } from '#web/testing/reads.ts'

const schedulePath = '/api/v0/admin/settings/registry/garbageCollection/schedule'

const previewJob = sampleJob({
  id: 'preview-1',
  dryRun: true,
  result: sampleResult({ dryRun: true, planID: 'plan-1', removed: nothing }),
})

interface PageOptions {
  readonly session?: typeof administrator
  readonly at?: string
  /** Answers other than those of a registry without runs. */
  readonly answers?: Readonly<Record<string, object>>
}

function showPage({
  session = administrator,
  at = '/settings/garbage-collection',
  answers = {},
}: PageOptions = {}) {
  const api = fakeApi({
    'GET /api/v0/jobs': { jobs: [] },
    [`GET ${schedulePath}`]: {
      schedule: null,
      fields: null,
      description: null,
      nextRuns: [],
      missed: null,
    },
    'GET /api/v0/garbage-collection/policy': samplePolicy,
    'GET /api/v0/garbage-collection/reclaimable': sampleReclaimable,
    'GET /api/v0/storage': {
      asOf: null,
      isCurrent: true,
      parts: null,
      stored: null,
      imageBytes: null,
      free: null,
    },
    'GET /api/v0/garbage-collection/recently-deleted': { images: 0, bytes: 0, named: [] },
    'GET /api/v0/garbage-collection/savings': { savings: [], failedRuns: [] },
    'GET /api/v0/garbage-collection/plan/plan-1': samplePlan,
    'GET /api/v0/admin/settings/registry/garbageCollection/lastSavings': null,
    'GET /api/v0/jobs/preview-1': previewJob,
    'GET /api/v0/jobs/run-1': runningJob(),
    'POST /api/v0/admin/jobs': runningJob(),
    ...answers,
  })
  vi.stubGlobal('fetch', api.fetch)
  const { router } = renderAt(at, <GarbageCollectionPage />, session)
  return { api, router, user: userEvent.setup() }
}

const run = async () => within(await screen.findByRole('region', { name: 'Run' }))

it('asks with the numbers before it starts a collection, then shows its progress', async () => {
  const path = '/api/v0/garbage-collection/reclaimable'
  const { api, user } = showPage({
    answers: {
      // Only an answer that is current will do for a decision.
      [`GET ${path}`]: ({ query }: Call) =>
        query.get('current') === 'true'
          ? sampleReclaimable
          : { ...sampleReclaimable, isCurrent: false, reclaimable: { ...someAmount, bytes: 5 } },
    },
  })
  await user.click(await screen.findByRole('button', { name: 'Run now' }))
  const dialog = await screen.findByRole('dialog', { name: 'Start a collection now?' })
  await within(dialog).findByText(/It frees/)
  expect(dialog.textContent).toContain('It frees 3.2 GB: 214 layers and 12 manifests.')
  expect(dialog.textContent).toContain('Pushes are rejected while it deletes')
  expect(api.writes()).toEqual([])
  api.answer('GET /api/v0/jobs', { jobs: [runningJob()] })
  await user.click(within(dialog).getByRole('button', { name: 'Start collection' }))
  expect(await (await run()).findByText('A collection started by you is running.')).toBeDefined()
  expect(api.writes()).toMatchObject([{ path: '/api/v0/admin/jobs', body: { job: 'registryGC' } }])
  expect((await run()).getByRole('progressbar').getAttribute('aria-valuenow')).toBe('63')
  expect(screen.queryByRole('button', { name: 'Run now' })).toBeNull()
  expect((await run()).getByRole('button', { name: 'Stop' })).toBeDefined()
})

it('changes nothing when the person answers Cancel', async () => {
  const { api, user } = showPage()
  await user.click(await screen.findByRole('button', { name: 'Run now' }))
  await user.click(await screen.findByRole('button', { name: 'Cancel' }))
  expect(api.writes()).toEqual([])
})

const deletedJustNow = {
  images: 22,
  bytes: 412_000_000,
  named: [
    {
      repository: 'team/app',
      tags: ['1.2'],
      digest: `sha256:${'a'.repeat(64)}`,
      deletedAt: '2026-11-20T10:00:00.000Z',
      deletedBy: 'dana',
    },
  ],
}

it.each([
  [true, { job: 'registryGC', spareDeletedHours: 24 }],
  [false, { job: 'registryGC' }],
])(
  'lists what was deleted a short time ago, and spares it unless told not to',
  async (spares, body) => {
    const { api, user } = showPage({
      answers: { 'GET /api/v0/garbage-collection/recently-deleted': deletedJustNow },
    })
    await user.click(await screen.findByRole('button', { name: 'Run now' }))
    const dialog = within(await screen.findByRole('dialog', { name: 'Start a collection now?' }))
    const spare = await dialog.findByRole<HTMLInputElement>('checkbox', {
      name: 'Spare the 22 images deleted in the last 24 h, 412 MB',
    })
    const list = dialog.getByRole('list', { name: 'Deleted a short time ago' })
    expect(list.textContent).toMatch(/team\/app:1\.2.*by dana.*and 21 more/)
    expect(spare.checked).toBe(true)
    if (!spares) await user.click(spare)
    await user.click(dialog.getByRole('button', { name: 'Start collection' }))
    await expect.poll(() => api.writes()).toHaveLength(1)
    expect(api.writes()).toMatchObject([{ path: '/api/v0/admin/jobs' }])
    expect(api.writes()[0]?.body).toEqual(body)
  },
)

it('says in the dialog why a collection did not start', async () => {
  const { api, user } = showPage()
  api.answer(
    'POST /api/v0/admin/jobs',
    new Refusal(409, 'JOB_ALREADY_RUNNING', 'a collection is running already'),
  )
  await user.click(await screen.findByRole('button', { name: 'Run now' }))
  await user.click(await screen.findByRole('button', { name: 'Start collection' }))
  expect(
    (await screen.findByText('A collection is running already.')).closest('[role=dialog]'),
  ).not.toBeNull()
})

it('previews, shows the plan, and runs exactly that plan', async () => {
  const { api, router, user } = showPage()
  await screen.findByText('Not run yet')
  const planning = runningJob({ id: 'preview-1', dryRun: true })
  api.answer('POST /api/v0/admin/jobs', planning)
  api.answer('GET /api/v0/jobs', { jobs: [planning] })
  await user.click(await screen.findByRole('button', { name: 'Preview' }))
  expect(await (await run()).findByText('A preview started by you is running.')).toBeDefined()
  api.answer('GET /api/v0/jobs', { jobs: [] })
  // The page asks about a run under way every second.
  const button = { name: 'Run this plan' }
  await user.click(await screen.findByRole('button', button))
  expect(router.state.location.search).toBe('?preview=preview-1')
  const dialog = await screen.findByRole('dialog', { name: 'Run this plan?' })
  expect(dialog.textContent).toContain('Pushes are rejected for about 40 s')
  api.answer('POST /api/v0/admin/jobs', runningJob())
  await user.click(within(dialog).getByRole('button', { name: 'Start collection' }))
  await expect.poll(() => api.writes()).toHaveLength(2)
  expect(api.writes().map(({ body }) => body)).toEqual([
    { job: 'registryGC', dryRun: true },
    { job: 'registryGC', plan: 'plan-1' },
  ])
})

it('opens a preview from its address, and says that it has nothing to remove', async () => {
  const plan = { ...samplePlan, planned: nothing, byCause: {}, byRepository: {} }
  showPage({
    at: '/settings/garbage-collection?preview=preview-1',
    answers: { 'GET /api/v0/garbage-collection/plan/plan-1': plan },
  })
  const nothingThere = 'Nothing to collect: 412 tags, 9 GB, all in use.'
  expect(await screen.findByText(nothingThere)).toBeDefined()
  expect(screen.queryByRole('button', { name: 'Run this plan' })).toBeNull()
})

it('says why a preview has no plan', async () => {
  const failed = sampleJob({
    status: 'errored',
    result: null,
    error: 'manifest sha256:aa of team/app cannot be read',
  })
  showPage({
    at: '/settings/garbage-collection?preview=preview-1',
    answers: { 'GET /api/v0/jobs/preview-1': failed },
  })
  const reason = 'Nothing was deleted. Manifest sha256:aa of team/app cannot be read.'
  expect(await screen.findByText(reason)).toBeDefined()
})

it('names the person who started a run, if it was another', async () => {
  const jobs = [runningJob({ trigger: 'schedule', actor: null })]
  showPage({ answers: { 'GET /api/v0/jobs': { jobs } } })
  expect(
    await (await run()).findByText('A collection started by the schedule is running.'),
  ).toBeDefined()
})

it('lets a developer read, and nothing else', async () => {
  showPage({ session: developer })
  expect(await screen.findByText('Only administrators can change this.')).toBeDefined()
  const reclaimable = within(screen.getByRole('group', { name: 'Reclaimable' }))
  expect((await reclaimable.findAllByText(reads('3.20 GB'))).length).toBeGreaterThan(0)
  const names = ['Run now', 'Preview', 'Save', 'Save and start']
  for (const name of names) expect(screen.queryByRole('button', { name })).toBeNull()
  expect(screen.queryByRole('textbox', { name: 'Schedule' })).toBeNull()
})

it('says that no collection has run in each place for results', async () => {
  showPage()
  expect(await screen.findByText('No collection has run.')).toBeDefined()
  expect(await screen.findByText('No collection has run yet')).toBeDefined()
  expect(await screen.findByText('Not run yet')).toBeDefined()
})

it.each([
  ['not running', null, 'no server was running from Wed 26 Nov'],
  ['held up', null, 'the server was held up from Wed 26 Nov'],
  ['refused', 'a collection is running already', 'A collection is running already'],
])('says beside the next run which one did not start: %s', async (cause, message, words) => {
  showPage({
    answers: {
      [`GET ${schedulePath}`]: {
        schedule: '3 * * *',
        fields: { hour: '3', dayOfMonth: '*', month: '*', dayOfWeek: '*' },
        description: 'At 03:00',
        nextRuns: ['2199-11-28T03:00:00.000Z'],
        missed: {
          dueAt: '2025-11-26T03:00:00.000Z',
          count: 3,
          cause,
          since: '2025-11-26T02:10:00.000Z',
          until: '2025-11-26T08:00:00.000Z',
          message,
        },
      },
    },
  })
  const card = await screen.findByRole('group', { name: 'Next run' })
  const said = await within(card).findByText(/did not start/)
  expect(said.textContent).toContain(
    'The run of Wed 26 Nov 2025, 03:00 UTC did not start (3 in a row)',
  )
  expect(said.textContent).toContain(words)
})
