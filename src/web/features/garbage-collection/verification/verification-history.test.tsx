import type { VerificationJob } from '#contract/jobs/jobs.ts'
import { paging } from '#contract/paging.ts'
import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { answer, fakeFetch, refusal } from '#web/testing/fake-fetch.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { sampleVerification } from '../testing/samples.ts'
import { VerificationHistory } from './verification-history.tsx'

const jobs = 'GET /api/v0/jobs'
const page = (of: readonly VerificationJob[], total: number, next?: string) =>
  answer(
    { jobs: of },
    {
      [paging.resourceCountHeader]: String(total),
      ...(next === undefined ? {} : { [paging.nextPageStartHeader]: next }),
    },
  )

const show = () => renderPage(<VerificationHistory last="now" />, { at: '/' })

it('lists verifications with how each ended, and a way to its log', async () => {
  const reason = 'sha256:aa is missing'
  const broken = [{ repository: 'team/app', tag: '1.2', reason }]
  const unread = [{ repository: 'team/closed', reason: 'no rights' }]
  const server = fakeFetch({
    [jobs]: page(
      [
        sampleVerification({ id: 'now', status: 'running', finishedAt: null, result: null }),
        sampleVerification({ id: 'good' }),
        sampleVerification({ id: 'bad', result: { tags: 9, wholeTags: 8, broken, unread: [] } }),
        sampleVerification({ id: 'dim', result: { tags: 1, wholeTags: 1, broken: [], unread } }),
        sampleVerification({ id: 'off', status: 'canceled', result: null, trigger: 'api' }),
        sampleVerification({ id: 'lost', status: 'errored', result: null, error: 'no disk' }),
      ],
      6,
    ),
  })
  show()
  const rows = await screen.findAllByRole('row')
  const cells = rows.slice(1).map((row) => row.textContent)
  expect(cells.map((text) => text?.replace(/^.*?admin/, 'admin'))).toEqual([
    'adminevery byterunning',
    'adminevery byte412 of 412 tags whole',
    'adminevery byte8 of 9 tags whole',
    'adminevery byte1 of 1 tag whole, some not read',
    'admin, through the APIevery bytestopped',
    'adminevery bytefailed',
  ])
  expect(screen.getAllByRole('link')[2]?.getAttribute('href')).toBe(
    '/settings/garbage-collection/verifications/bad',
  )
  await screen.findByText('6 verifications')
  expect(server.calls[0]?.url).toContain('kind=verification')
})

it('says that there is none yet, or that they could not be loaded, and loads them again', async () => {
  const server = fakeFetch({ [jobs]: () => refusal(500, 'INTERNAL', 'the disk is gone') })
  const { user } = show()
  const alert = await screen.findByRole('alert')
  expect(alert.textContent).toContain('Couldn’t load the verifications')
  server.route(jobs, page([], 0))
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  await screen.findByText('Each will be listed here, with what it found.')
})

it('shows older ones when asked, and says if they could not be loaded', async () => {
  const first = () => page([sampleVerification({ id: 'new' })], 2, '1')
  const server = fakeFetch({
    [jobs]: ({ url }) =>
      url.includes('pageStart=') ? refusal(500, 'INTERNAL', 'the disk is gone') : first(),
  })
  const { user } = show()
  await screen.findByText('1 of 2 verifications')
  await user.click(screen.getByRole('button', { name: 'Show older verifications' }))
  await screen.findByText('Couldn’t load older verifications')
  server.route(jobs, ({ url }) =>
    url.includes('pageStart=') ? page([sampleVerification({ id: 'old' })], 2) : first(),
  )
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  await screen.findByText('2 verifications')
  expect(screen.queryByRole('button', { name: 'Show older verifications' })).toBeNull()
})
