import type { WireExplanation } from '#contract/jobs/garbage-collection.ts'
import type { Layer } from '#contract/images/tags.ts'
import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { answer, fakeFetch } from '#web/testing/fake-fetch.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { WhyKept } from './why-kept.tsx'

const digest = `sha256:${'a'.repeat(64)}`
const layer = { digest, sharedWith: [], sharedWithCount: 0 } as unknown as Layer
const path = `/api/v0/garbage-collection/explain/${encodeURIComponent(digest)}`

const explanation: WireExplanation = {
  asOf: new Date(Date.now() - 4 * 60_000).toISOString(),
  isCurrent: false,
  digest,
  kept: true,
  reason: 'An untagged image of team/app needs it.',
  path: [],
}

it('says of which moment an earlier answer is, and asks again until there is a newer one', async () => {
  const server = fakeFetch({ [`GET ${path}`]: answer(explanation) })
  const { user } = renderPage(<WhyKept layer={layer} />, { at: '/' })
  await user.click(screen.getByRole('button', { name: 'Why is it kept?' }))
  const moment = await screen.findByText(/^As of/)
  expect(moment.textContent).toMatch(/^As of \d\d:\d\d:\d\d, 4 minutes ago; looking again…$/)
  expect(screen.getByText(/An untagged image of team\/app needs it\./)).toBeDefined()

  const newer = { ...explanation, isCurrent: true, reason: 'The tag team/app:1.0 needs it.' }
  server.route(`GET ${path}`, answer(newer))
  expect(await screen.findByText(/The tag team\/app:1\.0 needs it\./)).toBeDefined()
  await waitFor(() => expect(screen.queryByText(/^As of/)).toBeNull())
})
