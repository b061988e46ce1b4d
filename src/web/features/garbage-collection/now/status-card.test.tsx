import type { WireWholeness } from '#contract/jobs/garbage-collection.ts'
import type { Job } from '#contract/jobs/collection-jobs.ts'
import { screen, waitFor, within } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import { fakeApi, Refusal } from '../testing/fake-api.ts'
import { renderAt } from '../testing/render-at.tsx'
import { sampleJob, sampleResult } from '../testing/samples.ts'
import { BrokenDot } from './broken-dot.tsx'
import { StatusCard } from './status-card.tsx'

const verified = { tags: 17, wholeTags: 17, unread: 0, at: '2026-11-22T01:00:41.000Z', full: false }
const whole: WireWholeness = { verification: verified, broken: [], brokenCount: 0 }
const damaged: WireWholeness = {
  verification: { ...verified, wholeTags: 15, full: true },
  broken: ['1.2', 'latest'].map((tag) => ({
    repository: 'team/web',
    tag,
    reason: `sha256:${'a'.repeat(64)} has other content`,
    foundAt: verified.at,
  })),
  brokenCount: 2,
}

function showCard(
  wholeness: WireWholeness | Refusal | Promise<never>,
  { jobs = [] }: { readonly jobs?: readonly Job[] | Promise<never> } = {},
) {
  const api = fakeApi({
    'GET /api/v0/jobs': ({ query }: { query: URLSearchParams }) =>
      query.has('running') ? { jobs: [] } : Array.isArray(jobs) ? { jobs } : jobs,
    'GET /api/v0/garbage-collection/wholeness': () => wholeness,
    'GET /api/v0/admin/settings/registry/garbageCollection/schedule': new Refusal(500, 'X', 'x'),
    'GET /api/v0/admin/settings/registry/garbageCollection/lastSavings': null,
  })
  vi.stubGlobal('fetch', async (...call: Parameters<typeof api.fetch>) => {
    const [input] = call
    if (input.includes('/wholeness') && wholeness instanceof Promise) return await wholeness
    if (!input.includes('running') && jobs instanceof Promise) return await jobs
    return await api.fetch(...call)
  })
  renderAt('/', <StatusCard />)
  return screen
}

const toneOf = (figure: HTMLElement) => figure.getAttribute('data-tone')

it('is green once everything was found whole, and says when', async () => {
  const card = showCard(whole)
  expect(toneOf(await card.findByText('Idle'))).toBe('good')
  expect(card.getByText(/17 of 17 tags whole, checked/)).toBeDefined()
})

it('is red with a list of the broken images, with links, while anything is known to be broken', async () => {
  const card = showCard(damaged)
  expect(toneOf(await card.findByText('2 broken tags'))).toBe('bad')
  const list = within(card.getByRole('list', { name: 'Broken tags' }))
  expect(list.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual([
    '/repositories/team/web?tag=1.2',
    '/repositories/team/web?tag=latest',
  ])
  expect(list.getByText('team/web:1.2')).toBeDefined()
})

it('stays red if sizes alone were compared since', async () => {
  const card = showCard({ ...damaged, verification: verified })
  expect(toneOf(await card.findByText('2 broken tags'))).toBe('bad')
})

it('shows broken images before a run that failed partly, and both', async () => {
  const failures = [{ subject: 'a', reason: 'b' }]
  const card = showCard(damaged, { jobs: [sampleJob({ result: sampleResult({ failures }) })] })
  await card.findByText('2 broken tags')
  expect(card.getByText(/Last run: partly failed/)).toBeDefined()
})

it('names some of many, and counts the others', async () => {
  const [one] = damaged.broken
  const broken = Array.from({ length: 9 }, (_, at) => ({ ...one, tag: `1.${at}` }) as never)
  const card = showCard({ ...damaged, broken, brokenCount: 40 })
  await card.findByText('40 broken tags')
  expect(card.getByText('and 35 more')).toBeDefined()
})

it.each([
  ['before the first verification', { ...whole, verification: null }, 'Not verified yet'],
  [
    'once what was broken is gone, until it is verified again',
    { ...whole, verification: { ...verified, wholeTags: 15 } },
    'Verify again',
  ],
])('is not green %s', async (_, wholeness, figure) => {
  const card = showCard(wholeness)
  expect(toneOf(await card.findByText(figure))).toBe('plain')
})

it('is red if something could not be read', async () => {
  const card = showCard({ ...whole, verification: { ...verified, unread: 2 } })
  expect(toneOf(await card.findByText('2 unreadable'))).toBe('bad')
})

const never = new Promise<never>(() => {})
it.each([
  ['the history is known', whole, { jobs: never }],
  ['it is known what is whole', never, {}],
] as const)('says nothing before %s', async (_, wholeness, options) => {
  const card = showCard(wholeness, options)
  await new Promise((resolve) => setTimeout(resolve))
  expect(card.queryByText(/idle|verified|whole/i)).toBeNull()
})

it('is not green because it cannot be told', async () => {
  const card = showCard(new Refusal(500, 'INTERNAL', 'the disk is gone'))
  await card.findByText('The disk is gone.')
  expect(card.queryByText('Idle')).toBeNull()
})

it('is not green after a run that failed', async () => {
  const card = showCard(whole, {
    jobs: [sampleJob({ status: 'errored', error: 'it failed', result: null })],
  })
  expect(toneOf(await card.findByText('Last run failed'))).toBe('bad')
})

it('the dot beside the link of the page says how much is broken, and is gone when nothing is', async () => {
  const api = fakeApi({ 'GET /api/v0/garbage-collection/wholeness': damaged })
  vi.stubGlobal('fetch', api.fetch)
  const { client } = renderAt('/', <BrokenDot />)
  await screen.findByText('2 broken tags')
  api.answer('GET /api/v0/garbage-collection/wholeness', whole)
  await client.refetchQueries()
  await waitFor(() => expect(screen.queryByText('2 broken tags')).toBeNull())
})
