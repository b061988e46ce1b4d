import { getStorage } from '#contract/endpoints/garbage-collection.ts'
import { pathOf } from '#contract/endpoints/path-of.ts'
import type { WireStorage } from '#contract/jobs/storage.ts'
import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { answer, fakeFetch, refusal } from '#web/testing/fake-fetch.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { RegistryStorage } from './registry-storage.tsx'

const call = `GET ${pathOf(getStorage, {})}`
const storage = (changes: Partial<WireStorage> = {}): WireStorage => ({
  asOf: '2026-11-24T12:00:00.000Z',
  isCurrent: true,
  parts: {
    oneImage: 634_100_000,
    shared: 262_940_000,
    untagged: 92_800_000,
    trash: 77_330_000,
    inDoubt: 0,
    reclaimable: 1_392_000,
  },
  stored: 1_068_562_000,
  imageBytes: 1_600_000_000,
  free: 340_300_000,
  ...changes,
})

async function open(reply: Parameters<typeof fakeFetch>[0][string]) {
  const server = fakeFetch({ [call]: reply })
  renderPage(<RegistryStorage />, { at: '/repositories' })
  return server
}

const figures = async () =>
  within(await screen.findByRole('list', { name: 'Storage' }))
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent)

it('is a list of figures, in the order of the bar', async () => {
  await open(answer(storage()))
  expect(await figures()).toEqual([
    '634.10 MB used by one image',
    '262.94 MB shared by several',
    '92.80 MB untagged',
    '77.33 MB kept in the trash',
    '1.39 MB reclaimable now',
    '340.30 MB free',
  ])
  expect(screen.getByText('1.6 GB of images in 897.04 MB: sharing saves 44 %')).toBeDefined()
})

it('leads from each part to what it consists of', async () => {
  await open(answer(storage()))
  const hrefOf = async (name: string) =>
    (await screen.findByRole<HTMLAnchorElement>('link', { name })).getAttribute('href')
  expect(await hrefOf('kept in the trash')).toBe('/trash')
  expect(await hrefOf('reclaimable now')).toBe('/settings/garbage-collection')
  expect(screen.queryByRole('link', { name: 'free' })).toBeNull()
})

it('says when free space is not drawn to scale', async () => {
  await open(answer(storage({ free: 9_000_000_000 })))
  expect((await figures()).at(-1)).toBe('9.00 GB free, not to scale')
})

it.each([
  [storage({ parts: null, stored: null, imageBytes: null }), 'Unknown'],
  [
    storage({ parts: null, stored: null, imageBytes: null, asOf: null, isCurrent: false }),
    'Looking at what is stored',
  ],
  [storage({ isCurrent: false }), 'sharing saves 44 % · updating'],
])('says what is not known', async (known, words) => {
  await open(answer(known))
  expect(await screen.findByText(new RegExp(words))).toBeDefined()
})

it('says why the figures could not be loaded', async () => {
  await open(refusal(500, 'INTERNAL', 'the disk is gone'))
  expect(await screen.findByText(/Couldn’t load the figures: The disk is gone/)).toBeDefined()
})
