import type { WireGrant } from '#contract/accounts/accounts.ts'
import { screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { answer, fakeFetch } from '#web/testing/fake-fetch.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { CleaningPage } from '../cleaning-page.tsx'
import { RepositoryCleaning } from '../cleaning-pages.tsx'
import { cleaningRoutes, samplePolicy, samplePreview } from '../testing/samples.ts'

const session = { name: 'lead', isAdmin: false }
const noVersions = answer({ versions: [] })
const grants: readonly WireGrant[] = [
  { scope: 'team', accessLevel: 'admin' },
  { scope: 'team/legacy', accessLevel: 'read-only' },
  { scope: 'tools', accessLevel: 'admin' },
  { scope: 'library', accessLevel: 'read-write' },
]

function routes(policies = [samplePolicy(), samplePolicy({ scope: 'team' })]) {
  const scopes = ['team', 'team/app', 'team/legacy', 'tools', 'library']
  return fakeFetch(
    cleaningRoutes(policies, {
      'GET /api/v0/retention/policies': answer({ policies, grants }),
      ...Object.fromEntries(
        scopes.map((scope) => [`GET /api/v0/retention/versions/${scope}`, noVersions]),
      ),
    }),
  )
}

const page = (scope: string) =>
  renderPage(<CleaningPage />, { at: `/settings/cleaning?scope=${scope}`, session })

describe('a person who administers a namespace', () => {
  it('changes its policy, and is not offered what only administrators do', async () => {
    const server = routes()
    page('team')
    await screen.findByRole('button', { name: 'Edit policy' })
    screen.getByRole('button', { name: 'Remove policy' })
    screen.getByText(/^Administrators run it, or the schedule does/)
    for (const name of ['Run now', 'Edit settings']) {
      expect(screen.queryByRole('button', { name })).toBeNull()
    }
    expect(screen.queryByRole('region', { name: 'What runs' })).toBeNull()
    for (const path of ['/retention/settings', '/running']) {
      expect(server.calls.some(({ url }) => url.endsWith(path))).toBe(false)
    }
  })

  it('changes nothing of the registry, of other scopes, and of what a narrower grant takes away', async () => {
    routes()
    const first = page('team/legacy')
    await screen.findByText(/It has no policy of its own/)
    expect(screen.queryByRole('button', { name: 'Give it its own policy' })).toBeNull()
    await first.user.click(screen.getByRole('link', { name: 'the registry' }))
    await screen.findByRole('region', { name: 'Policy of the registry' })
    expect(screen.queryByRole('button', { name: 'Edit policy' })).toBeNull()
    expect(screen.queryByText(/^Administrators run it/)).toBeNull()
  })

  it('finds on the page of the registry what they may change', async () => {
    routes()
    page('registry')
    const table = await screen.findByRole('table', { name: 'All policies' })
    expect(within(table).getByRole('row', { name: /^team/ }).textContent).toContain(
      'team, yours to change',
    )
    expect(within(table).getByRole('row', { name: /^the registry/ }).textContent).not.toContain(
      'yours',
    )
    const all = screen.getByRole('region', { name: 'All policies' })
    expect(all.textContent).toContain('You can also write the policy of tools.')
    expect(within(all).getByRole('link', { name: 'tools' }).getAttribute('href')).toBe(
      '/settings/cleaning?scope=tools',
    )
  })

  it('is led from a repository without a policy to that of the namespace', async () => {
    routes([])
    renderPage(<RepositoryCleaning repository="team/app" canEdit />, { at: '/x', session })
    await screen.findByText('No policy yet')
    const link = await screen.findByRole('link', { name: 'Write a policy for all of it' })
    expect(link.getAttribute('href')).toBe('/settings/cleaning?scope=team')
  })

  it('is told who runs a draft', async () => {
    const server = routes()
    server.route(
      'GET /api/v0/retention/previews/p1',
      answer(samplePreview({ inForce: samplePreview().totals })),
    )
    renderPage(<CleaningPage />, { at: '/settings/cleaning?scope=team&preview=p1', session })
    const region = await screen.findByRole('region', { name: 'Preview of your draft' })
    expect(region.textContent).toContain('then an administrator runs it, or the schedule does.')
  })
})

it('an administrator needs no list of what they may change', async () => {
  fakeFetch(cleaningRoutes([samplePolicy()]))
  renderPage(<CleaningPage />, { at: '/settings/cleaning' })
  const table = await screen.findByRole('table', { name: 'All policies' })
  expect(table.textContent).not.toContain('yours')
  expect(screen.queryByText(/^You can also write/)).toBeNull()
})
