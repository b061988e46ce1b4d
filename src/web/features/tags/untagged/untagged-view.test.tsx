import { deleteImage, getDeletionImpact } from '#contract/endpoints/deletion.ts'
import { pathOf } from '#contract/endpoints/path-of.ts'
import { getRepository } from '#contract/endpoints/repositories.ts'
import { listUntagged } from '#contract/endpoints/untagged.ts'
import type { UntaggedImage } from '#contract/images/untagged.ts'
import { shortDigest } from '#domain/values/digest.ts'
import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, it } from 'vitest'
import { answer, fakeFetch, noContent, refusal } from '#web/testing/fake-fetch.ts'
import { deleted, digestOf, impact, repository } from '#web/testing/images.ts'
import { chooseOption } from '#web/testing/choose-option.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { TagsPage } from '../tags-page.tsx'

const name = 'team/app'
const list = `GET ${pathOf(listUntagged, { repository: name })}`
const [a, b] = [digestOf('a'), digestOf('b')]
const image = (changes: Partial<UntaggedImage> = {}): UntaggedImage => ({
  digest: a,
  formerTags: [],
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  size: 5_000_000,
  exclusiveSize: 4_000_000,
  platforms: [{ os: 'linux', architecture: 'amd64' }],
  attached: [],
  createdAt: null,
  pushedAt: '2026-11-20T10:00:00.000Z',
  lastPulledAt: null,
  lastPulledBy: null,
  pulls30d: 0,
  broken: null,
  ...changes,
})
const images = [
  image({ formerTags: ['4.18', 'latest', 'main'] }),
  image({ digest: b, exclusiveSize: 0, broken: 'a layer is missing' }),
]
const given = (rows: readonly UntaggedImage[]) =>
  answer(
    { name, images: rows, pullsSince: '2026-05-12T08:30:00.000Z' },
    { 'X-Resource-Count': String(rows.length) },
  )
let server: ReturnType<typeof fakeFetch>

beforeEach(() => {
  server = fakeFetch({
    [`GET ${pathOf(getRepository, { repository: name })}`]: answer(repository()),
    [list]: given(images),
    [`POST ${pathOf(getDeletionImpact, { repository: name })}`]: answer(
      impact([deleted(a, { tags: [] }), deleted(b, { digest: b, tags: [] })]),
    ),
  })
})

const open = (query = '') =>
  renderPage(<TagsPage Activity={() => null} Cleaning={() => null} />, {
    at: `/repositories/${name}?tab=untagged${query}`,
    path: '/repositories/*',
  })

it('lists images without a tag, with what is known of them', async () => {
  open()
  const [, first, second] = await screen.findAllByRole('row')
  expect(first?.textContent).toContain(shortDigest(a))
  expect(first?.textContent).toContain('was 4.18, latest +1')
  expect(second?.textContent).not.toContain('was')
  expect(first?.textContent).toContain('4.00 MB')
  expect(first?.textContent).toMatch(/none since 12 May/)
  expect(second?.textContent).toContain('not whole')
  expect(screen.getByText('2 untagged images')).toBeDefined()
  expect(screen.getByRole('link', { name: 'Untagged' }).getAttribute('aria-current')).toBe('page')
})

it('is sorted by a heading or by a list, and keeps that in the address', async () => {
  const { user } = open('&sort=name')
  await screen.findAllByRole('row')
  const sorts = () =>
    server.calls.flatMap(({ url }) =>
      url.includes('/untagged?') ? [new URL(url, 'http://jetsam').searchParams.get('sort')] : [],
    )
  expect(sorts()).toEqual(['-exclusiveSize'])
  await user.click(screen.getByRole('button', { name: 'Pushed' }))
  await waitFor(() => expect(sorts().at(-1)).toBe('-pushedAt'))
  await user.click(screen.getByRole('button', { name: 'Pushed' }))
  await waitFor(() => expect(sorts().at(-1)).toBe('pushedAt'))
  await chooseOption(user, screen.getByLabelText('Sort by'), 'Pulled longest ago first')
  await waitFor(() => expect(sorts().at(-1)).toBe('lastPulledAt'))
})

it('deletes several by their digests, each with its own request', async () => {
  const { user } = open()
  await screen.findAllByRole('row')
  for (const reference of [a, b]) {
    const path = pathOf(deleteImage, { repository: name, reference })
    server.route(`DELETE ${path}`, noContent({ 'Jetsam-Trash-Entry': reference }))
  }
  await user.click(screen.getByRole('checkbox', { name: 'Select all shown' }))
  await user.click(await screen.findByRole('button', { name: 'Delete 2 images' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Delete 2 images?' }))
  const confirm = await dialog.findByRole('button', { name: 'Delete 2 images' })
  await waitFor(() => expect(confirm).toHaveProperty('disabled', false))
  server.route(list, given([]))
  await user.click(confirm)
  await screen.findByText('Moved 2 images to the trash')
  await screen.findByText('Every image has a tag')
  expect(server.writes()).toEqual(
    [a, b].map((reference) => `DELETE ${pathOf(deleteImage, { repository: name, reference })}`),
  )
  await waitFor(() => expect(screen.queryByRole('region', { name: 'Selection' })).toBeNull())
})

it('filters by digest and by pulls, in the address', async () => {
  const { user, address } = open()
  await screen.findAllByRole('row')
  await user.type(screen.getByRole('searchbox'), 'aaa')
  await waitFor(() => expect(address()).toContain('filter=aaa'))
  await chooseOption(user, screen.getByRole('combobox', { name: 'Pulled' }), 'no pull seen')
  await waitFor(() => expect(server.calls.at(-1)?.url).toContain('neverPulled=true'))
  server.route(list, given([]))
  await chooseOption(user, screen.getByRole('combobox', { name: 'Pulled' }), 'not for a year')
  await screen.findByText('No image matches the filter')
})

it('says why a person may not delete, and after a failure offers another try', async () => {
  server.route(
    `GET ${pathOf(getRepository, { repository: name })}`,
    answer(repository({ accessLevel: 'read-only' })),
  )
  const { user } = open()
  const trashCan = await screen.findByRole('button', { name: `Delete ${shortDigest(a)}` })
  await waitFor(() => expect(trashCan.getAttribute('aria-disabled')).toBe('true'))
  await user.click(trashCan)
  expect(screen.queryByRole('dialog')).toBeNull()
})

it('offers another try when the images cannot be loaded', async () => {
  server.route(list, refusal(500, 'STORAGE_FAILED', 'the disk is gone'))
  open()
  await screen.findByText('Couldn’t load the untagged images')
  expect(screen.getByRole('button', { name: 'Try again' })).toBeDefined()
})
