import type { RepositoryDeletion } from '#contract/images/deletion.ts'
import { getRepositoryDeletion, removeRepository } from '#contract/endpoints/deletion.ts'
import { pathOf } from '#contract/endpoints/path-of.ts'
import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { answer, fakeFetch, noContent, refusal } from '#web/testing/fake-fetch.ts'
import { digestOf } from '#web/testing/images.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { DeleteRepositoryButton } from './delete-repository-button.tsx'
import { reads } from '#web/testing/reads.ts'

const parameters = { repository: 'team/app' }
const question = `GET ${pathOf(getRepositoryDeletion, parameters)}`
const call = `DELETE ${pathOf(removeRepository, parameters)}`
const deletion: RepositoryDeletion = {
  contents: digestOf('c'),
  images: 38,
  platforms: 12,
  attached: 4,
  tags: 112,
  imagesInTrash: 3,
  bytesFreed: 2_500_000,
  bytesKept: 400_000,
  keptBy: [{ repository: 'library/base', tag: '12', digest: digestOf('b') }],
  keptByCount: 4,
  protectedTags: [],
  running: [],
  runningCount: 0,
  protectedCount: 0,
  unreadable: [],
  restorableUntil: null,
  nextCollectionAt: null,
}

async function open(changes: Partial<RepositoryDeletion> = {}) {
  const server = fakeFetch({ [question]: answer({ ...deletion, ...changes }) })
  const page = renderPage(<DeleteRepositoryButton name="team/app" />, { at: '/repositories' })
  await page.user.click(screen.getByRole('button', { name: 'Delete repository' }))
  const dialog = within(
    await screen.findByRole('dialog', { name: 'Delete the repository team/app?' }),
  )
  await dialog.findByText('go to the trash, as one entry.', { exact: false })
  return { ...page, server, dialog }
}

it('says what goes, what is freed, what stays and why, and what is in the trash already', async () => {
  const { dialog } = await open()
  expect(dialog.getByText('38 images with 112 tags, 12 platforms and 4 attached')).toBeDefined()
  expect(dialog.getAllByText(reads('2.50 MB')).length).toBeGreaterThan(0)
  expect(
    dialog.getByText('library/base:12 and 3 more images use them', { exact: false }),
  ).toBeDefined()
  expect(
    dialog.getByText('3 images of it are in the trash already', { exact: false }),
  ).toBeDefined()
})

it('deletes what was seen, once the name is typed', async () => {
  const { dialog, user, server } = await open()
  let ifMatch: string | null = null
  server.route(call, ({ headers }) => {
    ifMatch = headers.get('If-Match')
    return noContent({ 'Jetsam-Trash-Entry': 'e1' })
  })
  const field = dialog.getByLabelText('To confirm, type team/app')
  await user.type(field, 'team/ap{Enter}')
  expect(server.writes()).toEqual([])
  await user.type(field, 'p{Enter}')
  await screen.findByText('Moved team/app to the trash')
  expect(ifMatch).toBe(`"${deletion.contents}"`)
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

it('shows what is in it now, and asks again, if something was pushed in between', async () => {
  const { dialog, user, server } = await open()
  server.route(call, refusal(409, 'REFERENCE_CHANGED', 'team/app has changed'))
  server.route(question, answer({ ...deletion, images: 39 }))
  await user.type(dialog.getByLabelText('To confirm, type team/app'), 'team/app{Enter}')
  await dialog.findByText('has changed in the meantime', { exact: false })
  await dialog.findByText('39 images', { exact: false })
  expect(dialog.getByLabelText<HTMLInputElement>('To confirm, type team/app').value).toBe('')
})

it('does not offer to delete protected tags, and says who protects them', async () => {
  const protectedTags = [{ name: 'stable', scope: 'team', rule: 'protect stable' }]
  const { dialog } = await open({ protectedTags, protectedCount: 1 })
  expect(dialog.getByRole('alert').textContent).toContain('stable may not be deleted')
  expect(dialog.queryByLabelText('To confirm, type team/app')).toBeNull()
  expect(
    dialog.getByRole<HTMLButtonElement>('button', { name: 'Delete repository' }).disabled,
  ).toBe(true)
})

it('says what of it runs, and confirms that with the name', async () => {
  const running = [{ reference: 'sha256:1', clusters: ['prod'] }]
  const { dialog, user, server } = await open({ running, runningCount: 1 })
  expect(dialog.getByRole('alert').textContent).toContain('1 image of it runs in prod')
  let confirmed: string | null = null
  server.route(call, ({ url }) => {
    confirmed = new URL(url, 'http://page.test').searchParams.get('confirmRunning')
    return noContent({ 'Jetsam-Trash-Entry': 'e1' })
  })
  await user.type(dialog.getByLabelText('To confirm, type team/app'), 'team/app{Enter}')
  await screen.findByText('Moved team/app to the trash')
  expect(confirmed).toBe('team/app')
})
