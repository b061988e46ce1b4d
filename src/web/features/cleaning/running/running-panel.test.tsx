import type { WireRunningReport } from '#contract/rules/running.ts'
import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { answer, fakeFetch, noContent, refusal, type Answer } from '#web/testing/fake-fetch.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { CleaningPage } from '../cleaning-page.tsx'
import { cleaningRoutes, samplePolicy, sampleSettings } from '../testing/samples.ts'

const list = 'GET /api/v0/running'
const remove = 'DELETE /api/v0/running/prod'

const report = (of: Partial<WireRunningReport> = {}): WireRunningReport => ({
  cluster: 'prod',
  source: 'api',
  reportedAt: '2026-11-22T01:00:00.000Z',
  reportedBy: 'prod-reporter',
  problem: null,
  images: 1200,
  unknown: 0,
  unknownImages: [],
  ...of,
})

const answered = (...reports: readonly WireRunningReport[]) =>
  answer({ maximumAgeMinutes: 90, reports })

function show(of: Readonly<Record<string, Answer>>) {
  const server = fakeFetch(cleaningRoutes([samplePolicy()], of))
  return { server, ...renderPage(<CleaningPage />, { at: '/settings/cleaning' }) }
}

const panel = () => screen.findByRole('region', { name: 'What runs' })

describe('what runs', () => {
  it('is listed by cluster, with what it names that is not here', async () => {
    const unknownImages = ['a', 'b', 'c', 'd'].map((image, at) => ({ line: at + 1, image }))
    show({ [list]: answered(report({ unknown: 12, unknownImages })) })
    const row = await screen.findByRole('row', { name: /^prod/ })
    expect(row.textContent).toContain('by prod-reporter')
    expect(row.textContent).toContain('1,20012 images: a, b, c and 9 more')
    expect((await panel()).textContent).toContain('A report counts for 1 h 30 min')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('says why nothing is cleaned, of each report that is not good', async () => {
    const never = report({ cluster: 'edge', reportedAt: null, reportedBy: null, images: 0 })
    show({
      [list]: answered(
        report({ problem: 'prod last said 3 hours ago what runs, and that is good for 1 hour' }),
        { ...never, problem: 'edge has not reported yet what it runs' },
        report({
          cluster: 'file',
          source: 'file',
          reportedAt: null,
          reportedBy: null,
          problem: 'the file of JETSAM_RUNNING cannot be read: gone',
        }),
      ),
    })
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('Nothing is cleaned by rule')
    expect(alert.textContent).toContain('Prod last said 3 hours ago what runs')
    expect(alert.textContent).toContain('Edge has not reported yet what it runs.')
    expect(screen.getByRole('row', { name: /^edge/ }).textContent).toContain('never reported')
    expect(screen.getByRole('row', { name: /^The server’s file/ }).textContent).toContain(
      'can’t be read',
    )
    // There is nothing to remove of a cluster that never reported, nor of a file.
    expect(screen.getAllByRole('button', { name: /^Remove (?!policy)/ })).toHaveLength(1)
  })

  it('shows how a cluster begins to report', async () => {
    show({})
    const region = await panel()
    await within(region).findByText('No cluster reports yet')
    const kubernetes = within(region).getByRole('region', { name: 'From Kubernetes' })
    expect(kubernetes.textContent).toContain(`JETSAM=${window.location.origin}`)
    expect(kubernetes.textContent).toContain('kubectl get pods --all-namespaces')
    within(region).getByRole('region', { name: 'From Docker' })
  })

  it('says why it could not be loaded, and tries again', async () => {
    const page = show({ [list]: () => refusal(500, 'INTERNAL', 'the disk is gone') })
    await screen.findByText('Couldn’t load what runs')
    page.server.route(list, answered(report()))
    await page.user.click(within(await panel()).getByRole('button', { name: 'Try again' }))
    await screen.findByRole('row', { name: /^prod/ })
  })
})

describe('a report is removed', () => {
  it('after a question that says what it means', async () => {
    const page = show({ [list]: answered(report()), [remove]: noContent() })
    await page.user.click(await screen.findByRole('button', { name: 'Remove prod' }))
    const dialog = await screen.findByRole('dialog', { name: 'Remove the report of prod?' })
    expect(dialog.textContent).toContain('Images that only prod runs are no longer kept')
    expect(dialog.textContent).not.toContain('The settings name')
    page.server.route(list, answered())
    await page.user.click(within(dialog).getByRole('button', { name: 'Remove report' }))
    await screen.findByText('Removed the report of prod')
    await screen.findByText('No cluster reports yet')
    expect(page.server.writes()).toEqual([remove])
  })

  it('of a cluster that has to report, and nothing is cleaned then', async () => {
    const running = { maximumAgeMinutes: 60, clusters: [{ name: 'prod', account: null }] }
    const page = show({
      [list]: answered(report()),
      'GET /api/v0/retention/settings': answer(sampleSettings({ running })),
      [remove]: () => refusal(404, 'NO_SUCH_REPORT', 'prod has not reported what it runs'),
    })
    await page.user.click(await screen.findByRole('button', { name: 'Remove prod' }))
    const dialog = await screen.findByRole('dialog', { name: 'Remove the report of prod?' })
    await waitFor(() => expect(dialog.textContent).toContain('nothing is cleaned by rule until'))
    await page.user.click(within(dialog).getByRole('button', { name: 'Remove report' }))
    await within(dialog).findByText(/Prod has not reported what it runs/)
  })
})
