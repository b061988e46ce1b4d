import { pathOf } from '#contract/endpoints/path-of.ts'
import type { RepositoryDeletion } from '#contract/images/deletion.ts'
import { getRepositoryDeletion, removeRepository } from '#contract/endpoints/deletion.ts'
import { getStorage } from '#contract/endpoints/garbage-collection.ts'
import { listRepositories } from '#contract/endpoints/repositories.ts'
import type { Repository } from '#contract/images/repositories.ts'
import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { answer, fakeFetch, noContent, refusal } from '#web/testing/fake-fetch.ts'
import { digestOf, repository } from '#web/testing/images.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { RepositoriesPage } from './repositories-page.tsx'

const list = `GET ${pathOf(listRepositories, {})}`
const remove = `DELETE ${pathOf(removeRepository, { repository: 'team/old' })}`
const storage = pathOf(getStorage, {})
const full = repository({ accessLevel: 'admin' })
const bare = repository({
  id: 'team/old',
  name: 'old',
  empty: true,
  tagCount: 0,
  accessLevel: 'admin',
})

async function open(...repositories: readonly Repository[]) {
  const server = fakeFetch({ [list]: answer({ repositories }) })
  const page = renderPage(<RepositoriesPage loadRepositoryPage={async () => {}} />, {
    at: '/repositories',
  })
  await screen.findByRole('table', { name: 'Repositories' })
  return { server, ...page }
}

it('offers to remove an empty repository, asks, and takes it off the list', async () => {
  const { server, user } = await open(full, bare)
  expect(screen.queryByRole('button', { name: 'Remove team/app' })).toBeNull()
  await user.click(await screen.findByRole('button', { name: 'Remove team/old' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Remove team/old?' }))
  expect(server.writes()).toEqual([])
  server.route(remove, noContent())
  server.route(list, answer({ repositories: [full] }))
  await user.click(dialog.getByRole('button', { name: 'Remove repository' }))
  await screen.findByText('Removed team/old')
  expect(server.writes()).toEqual([remove])
  await waitFor(() => expect(screen.queryByTitle('team/old')).toBeNull())
})

it('says in the dialog why the repository was not removed', async () => {
  const { server, user } = await open(bare)
  await user.click(await screen.findByRole('button', { name: 'Remove team/old' }))
  const dialog = within(await screen.findByRole('dialog'))
  const reason = 'team/old is not empty any more: someone has just pushed to it'
  server.route(remove, refusal(409, 'REPOSITORY_NOT_EMPTY', reason))
  await user.click(dialog.getByRole('button', { name: 'Remove repository' }))
  expect((await dialog.findByRole('alert')).textContent).toContain('someone has just pushed to it')
  expect(screen.getByTitle('team/old')).toBeDefined()
})

it('does not offer removal to people who do not administer the repository', async () => {
  await open(full, { ...bare, accessLevel: 'read-write' })
  expect(screen.queryByRole('button', { name: /^Remove/ })).toBeNull()
})

it('says that the reclaimable bytes are not known yet, and polls until they are', async () => {
  const unknown = { reclaimable: null, reclaimableIsCurrent: false }
  const { server } = await open({ ...full, ...unknown })
  expect(screen.getByTitle('Not known yet: it is being computed').textContent).toBe('–')
  server.route(list, answer({ repositories: [{ ...full, reclaimable: 5000 }] }))
  expect((await screen.findByText('5.00')).textContent).toBe('5.00 kB')
})

it('moves a repository to the trash, and offers Undo although its row has gone', async () => {
  const { server, user } = await open(full, { ...full, id: 'team/web', name: 'web' })
  const parameters = { repository: 'team/web' }
  const deletion: RepositoryDeletion = {
    contents: digestOf('c'),
    images: 1,
    platforms: 0,
    attached: 0,
    tags: 1,
    imagesInTrash: 0,
    bytesFreed: 5000,
    bytesKept: 0,
    keptBy: [],
    keptByCount: 0,
    protectedTags: [],
    running: [],
    runningCount: 0,
    protectedCount: 0,
    unreadable: [],
    restorableUntil: null,
    nextCollectionAt: null,
  }
  server.route(`GET ${pathOf(getRepositoryDeletion, parameters)}`, answer(deletion))
  server.route(
    `DELETE ${pathOf(removeRepository, parameters)}`,
    noContent({ 'Jetsam-Trash-Entry': 'e' }),
  )
  await user.click(await screen.findByRole('button', { name: 'Delete the repository team/web' }))
  const dialog = within(await screen.findByRole('dialog'))
  await dialog.findByText('go to the trash, as one entry.', { exact: false })
  server.route(list, answer({ repositories: [full] }))
  // What else the deletion changes is answered later than the list.
  let answerStorage: (response: Response) => void = () => {}
  await waitFor(() => expect(server.calls.map(({ url }) => url)).toContain(storage))
  server.route(`GET ${storage}`, () => new Promise((resolve) => (answerStorage = resolve)))
  await user.type(dialog.getByLabelText('To confirm, type team/web'), 'team/web{Enter}')
  await waitFor(() => expect(screen.queryByTitle('team/web')).toBeNull())
  answerStorage(refusal(500, 'STORAGE_FAILED', 'not now'))
  await screen.findByText('Moved team/web to the trash')
  expect(screen.getByRole('button', { name: 'Undo' })).toBeDefined()
})
