import { getDeletionImpact, deleteImage } from '#contract/endpoints/deletion.ts'
import { listLargestImages } from '#contract/endpoints/largest-images.ts'
import { pathOf } from '#contract/endpoints/path-of.ts'
import type { LargestImage } from '#contract/images/largest-images.ts'
import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { answer, fakeFetch, noContent, refusal } from '#web/testing/fake-fetch.ts'
import { chooseOption } from '#web/testing/choose-option.ts'
import { deleted, digestOf, impact } from '#web/testing/images.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { LargestPage } from './largest-page.tsx'

const list = `GET ${pathOf(listLargestImages, {})}`
const image = (changes: Partial<LargestImage> = {}): LargestImage => ({
  repository: 'team/app',
  digest: digestOf('a'),
  tags: ['1.0', 'latest'],
  tagCount: 2,
  size: 5_000_000,
  exclusiveSize: 4_000_000,
  updatedAt: '2026-11-20T10:00:00.000Z',
  lastPulledAt: null,
  lastPulledBy: null,
  accessLevel: 'read-write',
  ...changes,
})
const untagged = image({
  repository: 'team/web',
  digest: digestOf('b'),
  tags: [],
  tagCount: 0,
  exclusiveSize: 0,
  updatedAt: null,
  accessLevel: 'read-only',
})

const given = (images: readonly LargestImage[]) =>
  answer(
    { images, pullsSince: '2026-05-12T08:30:00.000Z' },
    { 'X-Resource-Count': String(images.length) },
  )

async function open(...images: readonly LargestImage[]) {
  const server = fakeFetch({ [list]: given(images) })
  const page = renderPage(<LargestPage />, { at: '/largest-images' })
  await screen.findByText(images.length === 0 ? 'No images yet' : '2 images')
  return { server, ...page }
}

it('lists what frees most first, with a link, its other tags and what it frees', async () => {
  await open(image(), untagged)
  const [, first, second] = screen.getAllByRole('row')
  expect(first?.textContent).toContain('team/app 1.0+1 more tag')
  expect(first?.textContent).toContain('4.00 MB')
  expect(
    within(first as HTMLElement)
      .getByRole('link')
      .getAttribute('href'),
  ).toBe('/repositories/team/app?tag=1.0')
  expect(second?.textContent).toContain('untagged')
})

it('deletes from there by the dialog of the tags, the image with all its tags', async () => {
  const { server, user } = await open(image(), untagged)
  const parameters = { repository: 'team/app' }
  const answered = answer(
    impact([deleted('1.0', { tags: ['1.0', 'latest'] })], { bytesFreed: 4_000_000 }),
  )
  server.route(`POST ${pathOf(getDeletionImpact, parameters)}`, answered)
  const call = `DELETE ${pathOf(deleteImage, { ...parameters, reference: digestOf('a') })}`
  const byTag = `DELETE ${pathOf(deleteImage, { ...parameters, reference: '1.0' })}`
  for (const each of [call, byTag]) server.route(each, noContent({ 'Jetsam-Trash-Entry': 'e' }))
  await user.click(screen.getByRole('button', { name: 'Delete team/app:1.0' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Delete 1.0?' }))
  server.route(list, given([untagged]))
  await user.click(await dialog.findByRole('button', { name: 'Delete image' }))
  await screen.findByText(/^Moved .*to the trash$/)
  expect(server.writes()).toHaveLength(1)
  await waitFor(() => expect(screen.queryByText('1.0')).toBeNull())
})

it('says why a person may not delete there', async () => {
  const { server, user } = await open(image(), untagged)
  const trashCan = screen.getByRole('button', { name: /^Delete team\/web/ })
  expect(trashCan.getAttribute('aria-description')).toContain('You can only read team/web.')
  await user.click(trashCan)
  expect(screen.queryByRole('dialog')).toBeNull()
  expect(server.writes()).toEqual([])
})

it('says when each was last pulled, or since when no pull was seen', async () => {
  await open(
    image({ lastPulledAt: '2026-11-19T10:00:00.000Z', lastPulledBy: 'node' }),
    image({ repository: 'team/api', digest: digestOf('c') }),
  )
  const [, first, second] = screen.getAllByRole('row')
  expect(first?.querySelector('time[datetime="2026-11-19T10:00:00.000Z"]')).not.toBeNull()
  expect(second?.textContent).toMatch(/none since 12 May/)
})

it('sorts and filters by the last pull, in the address, and says what is not known', async () => {
  const { server, user, address } = await open(image(), untagged)
  const asked = () => new URL(server.calls.at(-1)?.url ?? '', 'http://x').searchParams
  await user.click(screen.getByRole('button', { name: 'Last pull' }))
  await waitFor(() => expect(address()).toContain('sort=lastPulledAt'))
  await waitFor(() => expect(asked().get('sort')).toBe('lastPulledAt'))
  await chooseOption(user, screen.getByRole('combobox', { name: 'Sort by' }), 'Pulled last first')
  await waitFor(() => expect(asked().get('sort')).toBe('-lastPulledAt'))
  server.route(list, given([]))
  await chooseOption(user, screen.getByRole('combobox', { name: 'Pulled' }), 'not for a year')
  await screen.findByText('No image matches the filter')
  expect(address()).toContain('pulled=365')
  expect(asked().get('notPulledSince')).toMatch(/^\d{4}-/)
  expect(screen.getByText(/so nothing is known to be unused for so long/)).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'Clear filter' }))
  await waitFor(() => expect(address()).not.toContain('pulled'))
  expect(address()).toContain('sort=-lastPulledAt')
})

it('says what to do in an empty registry, and after a failure', async () => {
  await open()
  expect(screen.getByText('Images appear here as soon as they are pushed.')).toBeDefined()
})

it('offers another try when the images cannot be loaded', async () => {
  fakeFetch({ [list]: refusal(500, 'STORAGE_FAILED', 'the storage does not answer') })
  renderPage(<LargestPage />, { at: '/largest-images' })
  await screen.findByText('Couldn’t load the images')
  expect(screen.getByRole('button', { name: 'Try again' })).toBeDefined()
})
