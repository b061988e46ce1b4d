import { screen, waitFor } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import { fakeApi } from '../testing/fake-api.ts'
import { renderAt } from '../testing/render-at.tsx'
import { sampleReclaimable } from '../testing/samples.ts'
import { UntaggedEffect } from './untagged-effect.tsx'

const path = '/api/v0/garbage-collection/reclaimable'
const amount = { bytes: 1_000_000, layers: 2, manifests: 1 }

it('says of which moment an earlier answer is, and asks again until there is a newer one', async () => {
  const asOf = new Date(Date.now() - 4 * 60_000).toISOString()
  const earlier = { ...sampleReclaimable, byCause: { 'untagged image': amount } }
  const api = fakeApi({ [`GET ${path}`]: { ...earlier, asOf, isCurrent: false } })
  vi.stubGlobal('fetch', api.fetch)
  renderAt('/', <UntaggedEffect ageHours={5} />)
  const moment = await screen.findByText(/^As of/)
  expect(moment.textContent).toMatch(/^As of \d\d:\d\d:\d\d, 4 minutes ago; looking again…$/)
  expect(moment.querySelector('time')?.dateTime).toBe(asOf)
  expect(screen.getByRole('status').textContent).toMatch(/^Would go at the next run: 1 MB/)

  api.answer(`GET ${path}`, { ...earlier, byCause: {} })
  await waitFor(() => expect(screen.queryByText(/^As of/)).toBeNull())
  expect(screen.getByRole('status').textContent).toMatch(/^Nothing would go at the moment/)
  expect(api.callsTo(path).length).toBeGreaterThan(1)
})
