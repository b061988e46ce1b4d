import type { VerificationJob } from '#contract/jobs/jobs.ts'
import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { answer, fakeFetch, refusal, type Answer } from '#web/testing/fake-fetch.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { administrator, developer } from '../testing/render-at.tsx'
import { sampleVerification } from '../testing/samples.ts'
import { VerificationPage } from './verification-page.tsx'

const job = 'GET /api/v0/jobs/one'

function show(found: Answer | VerificationJob, session = administrator) {
  const isAnswer =
    found instanceof Response || found instanceof Error || typeof found === 'function'
  const server = fakeFetch({
    [job]: isAnswer ? found : answer(found),
    [`${job}/logs`]: answer([
      { lineNum: 0, time: '2026-11-22T01:00:00.000Z', level: 'error', data: 'team/app:1: gone' },
    ]),
  })
  const at = { at: '/verifications/one', path: '/verifications/:verificationId' }
  return { server, ...renderPage(<VerificationPage />, { ...at, session }) }
}

it('shows what an earlier verification found, and its log', async () => {
  const broken = [{ repository: 'team/app', tag: '1', reason: 'sha256:aa is missing' }]
  show(sampleVerification({ id: 'one', result: { tags: 9, wholeTags: 8, broken, unread: [] } }))
  await screen.findByText('8 of 9 tags verified. These are not whole:')
  await screen.findByText(/Every byte was read\. Asked for by admin, ended/)
  await screen.findByText('1 line, in UTC')
  expect(screen.getByRole('heading', { level: 1 }).textContent).toMatch(/^Verification of /)
})

it('shows how far one is that runs', async () => {
  const progress = {
    phase: 'verifying',
    done: 1,
    total: 4,
    bytesFreed: 0,
    bytesPerSecond: 0,
    remainingMs: null,
    repository: null,
  }
  show(
    sampleVerification({ id: 'one', status: 'running', finishedAt: null, result: null, progress }),
  )
  const bar = await screen.findByRole('progressbar', { name: 'How much is verified' })
  expect(bar.getAttribute('aria-valuenow')).toBe('25')
})

it('says why one failed', async () => {
  const error = 'the server stopped while it ran: verify again'
  show(sampleVerification({ id: 'one', status: 'errored', result: null, error }))
  await screen.findByText(`The tags could not be verified: ${error}.`)
})

it('says that there is no such verification, or that it could not be loaded', async () => {
  const { server, user } = show(() => refusal(500, 'INTERNAL', 'the disk is gone'))
  await screen.findByText('Couldn’t load the verification')
  server.route(job, () => refusal(404, 'NO_SUCH_JOB', 'there is none'))
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  await screen.findByText('There is no such verification')
})

it('asks for nothing in the name of a developer, and says why', async () => {
  const { server } = show(sampleVerification({ id: 'one' }), developer)
  await screen.findByText('Only administrators can read it: it names every repository.')
  expect(server.calls).toEqual([])
})
