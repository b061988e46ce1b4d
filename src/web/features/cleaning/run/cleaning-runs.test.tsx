import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { answer, fakeFetch, noContent, refusal, type Answer } from '#web/testing/fake-fetch.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { CleaningPage } from '../cleaning-page.tsx'
import { CleaningPages } from '../cleaning-pages.tsx'
import {
  cleaningRoutes,
  runningRun,
  samplePolicy,
  sampleResult,
  sampleRun,
  sampleSettings,
} from '../testing/samples.ts'

const jobs = 'GET /api/v0/jobs'
const job = 'GET /api/v0/jobs/run-1'
const admin = { name: 'admin', isAdmin: true }

function show(of: Readonly<Record<string, Answer>> = {}, session = admin) {
  const server = fakeFetch(cleaningRoutes([samplePolicy()], of))
  return { server, ...renderPage(<CleaningPage />, { at: '/settings/cleaning', session }) }
}

function showRun(of: Readonly<Record<string, Answer>>, session = admin) {
  const server = fakeFetch(cleaningRoutes([samplePolicy()], of))
  const at = { at: '/runs/run-1', path: '/runs/:jobId' }
  return { server, ...renderPage(<CleaningPages />, { ...at, session }) }
}

const brakes = [{ reason: 'share of tags', repository: 'team/app', message: '6 of 7 tags' }]

describe('the page', () => {
  it('shows how far a run is, and stops it', async () => {
    const { server, user } = show({
      [jobs]: answer({ jobs: [runningRun()] }),
    })
    const region = await screen.findByRole('region', { name: 'Cleaning now' })
    expect(region.textContent).toContain('Cleaning of the registry started by you is running.')
    expect(region.textContent).toContain('3 of 12 · team/app')
    expect(within(region).getByRole('progressbar').getAttribute('aria-valuenow')).toBe('25')
    expect(screen.queryByRole('button', { name: 'Run now' })).toBeNull()
    // Not before the request: the page asks again by itself every second.
    server.route('POST /api/v0/jobs/run-1/cancel', () => {
      server.route(jobs, answer({ jobs: [runningRun({ stopping: true })] }))
      return noContent()
    })
    await user.click(within(region).getByRole('button', { name: 'Stop' }))
    await screen.findByRole('button', { name: 'Stopping…' })
    expect(server.writes()).toEqual(['POST /api/v0/jobs/run-1/cancel'])
  })

  it('says why a run is not stopped', async () => {
    const { user } = show({
      [jobs]: answer({ jobs: [runningRun()] }),
      'POST /api/v0/jobs/run-1/cancel': () => refusal(500, 'INTERNAL', 'the disk is gone'),
    })
    await user.click(await screen.findByRole('button', { name: 'Stop' }))
    expect((await screen.findByRole('alert')).textContent).toBe('Not stopped: The disk is gone.')
  })

  it('starts a run after a question, and shows its end', async () => {
    const { server, user } = show({
      'POST /api/v0/admin/jobs': answer(runningRun()),
      [job]: answer(sampleRun()),
    })
    await user.click(await screen.findByRole('button', { name: 'Run now' }))
    const dialog = await screen.findByRole('dialog')
    expect(dialog.textContent).toContain('stays in the trash for at least 24 hours')
    await user.click(within(dialog).getByRole('button', { name: 'Start cleaning' }))
    await screen.findByText('The run has ended: done')
    expect(server.calls.find(({ method }) => method === 'POST')?.body).toEqual({
      job: 'retention',
      scope: 'registry',
    })
    expect(screen.getByRole('link', { name: 'See the run' }).getAttribute('href')).toBe(
      '/settings/cleaning/runs/run-1',
    )
  })

  it('says why a run does not start', async () => {
    const { user } = show({
      'POST /api/v0/admin/jobs': () =>
        refusal(409, 'JOB_ALREADY_RUNNING', 'cleaning by rule is running already'),
    })
    await user.click(await screen.findByRole('button', { name: 'Run now' }))
    await user.click(await screen.findByRole('button', { name: 'Start cleaning' }))
    expect((await screen.findByRole('alert')).textContent).toContain(
      'Cleaning by rule is running already.',
    )
  })

  it('says what waits for approval, why, and who started the run', async () => {
    const waiting = {
      jobID: 'run-1',
      previewID: 'p1',
      since: '2026-11-22T01:00:00.000Z',
      count: 6,
      brakes,
    }
    const { user, address } = show({
      'GET /api/v0/retention/settings': answer(sampleSettings({ waiting })),
      [job]: answer(sampleRun({ trigger: 'schedule', actor: null })),
    })
    await screen.findByText('6 tags and untagged images wait for your approval')
    await screen.findByText(/started by the schedule/)
    screen.getByText(/6 of 7 tags\. That is more than one run may take of a repository\./)
    await user.click(screen.getByRole('button', { name: 'Look at what would go' }))
    await screen.findByRole('button', { name: 'Run exactly this' })
    expect(address()).toContain('preview=p1')
  })

  it('lists the runs with their results', async () => {
    const list = [
      sampleRun(),
      sampleRun({
        id: 'run-2',
        result: sampleResult({ failed: 1 }),
        request: { scope: 'team', previewID: null },
      }),
    ]
    show({ [jobs]: ({ url }) => answer({ jobs: url.includes('running=true') ? [] : list }) })
    const table = await screen.findByRole('table', { name: 'History' })
    const [, first, second] = within(table).getAllByRole('row')
    expect(first?.textContent).toContain('adminthe registrydone22.40 MB')
    expect(second?.textContent).toContain('adminteampartly failed')
  })

  it('says that nothing ran yet', async () => {
    show()
    await screen.findByText('Not run yet')
  })
})

describe('the page of a run', () => {
  it('has what went by rule and repository, what stayed and why, and the log', async () => {
    const notes = [{ repository: 'team/app', tag: 'pr-3', reason: 'the tag has moved since' }]
    const result = sampleResult({ planned: 4, skipped: 1, waiting: 1, notes, brakes })
    showRun({
      [job]: answer(sampleRun({ result })),
      [`${job}/logs`]: answer([
        { lineNum: 0, time: '2026-11-22T01:00:00.000Z', level: 'info', data: '4 are to go' },
      ]),
    })
    const region = await screen.findByRole('region', { name: 'What it did' })
    expect(region.textContent).toContain(
      '4 were to go, 2 went, 1 skipped, 0 failed, 0 left, 1 wait for approval.',
    )
    within(region).getByRole('table', { name: 'By rule' })
    within(region).getByRole('table', { name: 'By repository' })
    expect(within(region).getByRole('region', { name: 'What stayed' }).textContent).toContain(
      'team/app:pr-3: The tag has moved since.',
    )
    within(region).getByRole('region', { name: 'Waiting for approval' })
    await screen.findByText('1 line, in UTC')
  })

  it('shows one that runs', async () => {
    showRun({ [job]: answer(runningRun()), [`${job}/logs`]: answer([]) })
    await screen.findByRole('region', { name: 'Progress' })
    await screen.findByText('Nothing is written yet.')
  })

  it('tells others only that it ran', async () => {
    const told = sampleRun({ request: null, result: null })
    const { server } = showRun({ [job]: answer(told) }, { name: 'dev', isAdmin: false })
    await screen.findByText(/Only administrators are told the result/)
    await waitFor(() => expect(server.calls.some(({ url }) => url.endsWith('/logs'))).toBe(false))
  })

  it('says that there is none', async () => {
    showRun({ [job]: () => refusal(404, 'NO_SUCH_JOB', 'there is none') })
    await screen.findByText('There is no such run')
    expect(screen.getByRole('link', { name: 'See all runs' }).getAttribute('href')).toBe(
      '/settings/cleaning',
    )
  })
})
