import type { ActivityEntry } from '#contract/activity.ts'
import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { renderPage } from '#web/testing/render-page.tsx'
import { ActivityWords } from './activity-labels.tsx'
import { entry } from './testing/entry.ts'

it.each<[string, Partial<ActivityEntry>, string, string]>([
  [
    'a run of cleaning',
    {
      kind: 'retention finished',
      actor: null,
      from: null,
      repository: null,
      subject: 'j1',
      data: { jobID: 'j1', status: 'done', error: null, removed: 3, skipped: 0, waiting: 0 },
    },
    'Cleaning by rule ended',
    '/settings/cleaning/runs/j1',
  ],
  [
    'the policy of a namespace',
    {
      kind: 'retention policy changed',
      repository: null,
      subject: null,
      data: { scope: 'team', version: 2, rules: 3 },
    },
    'dana saved the retention policy of team',
    '/settings/cleaning?scope=team',
  ],
  [
    'the policy of the registry',
    {
      kind: 'retention policy changed',
      repository: null,
      subject: null,
      data: { scope: 'registry', version: 3, rules: null },
    },
    'dana removed the retention policy of the registry',
    '/settings/cleaning',
  ],
  [
    'the settings of cleaning',
    { kind: 'retention settings changed', repository: null, subject: null, data: { changes: [] } },
    'dana changed the settings of cleaning by rule',
    '/settings/cleaning',
  ],
])('names %s, and links to it', (_, given, words, link) => {
  renderPage(<ActivityWords entry={entry(given)} within={null} />, { at: '/activity' })
  const found = screen.getByRole('link')
  expect(found.parentElement?.textContent).toContain(words)
  expect(found.getAttribute('href')).toBe(link)
})

it.each([
  ['j1', '/settings/cleaning/runs/j1'],
  // Earlier versions did not record the run.
  [undefined, null],
])('says that a rule deleted an image, in the run %s', (jobID, link) => {
  const byRule = { scope: 'team', rule: 'Remove tags pr-*', ...(jobID && { jobID }) }
  const data = { reference: '1.2', digest: null, tags: ['1.2'], byRule }
  const given = entry({ kind: 'image deleted', actor: null, repository: 'team/app', data })
  renderPage(<ActivityWords entry={given} within={null} />, { at: '/activity' })
  expect(document.body.textContent).toContain('Cleaning deleted team/app:1.2')
  const run = screen.queryByRole('link', { name: 'Cleaning' })
  expect(run?.getAttribute('href') ?? null).toBe(link)
})
