import { pathOf } from '#contract/endpoints/path-of.ts'
import { removeRepository } from '#contract/endpoints/deletion.ts'
import { listRepositories } from '#contract/endpoints/repositories.ts'
import type { Repository } from '#contract/repositories.ts'
import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { answer, fakeFetch, noContent, refusal } from '#web/testing/fake-fetch.ts'
import { repository } from '#web/testing/images.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { RepositoriesPage } from './repositories-page.tsx'

const list = `GET ${pathOf(listRepositories, {})}`
const remove = `DELETE ${pathOf(removeRepository, { repository: 'team/old' })}`
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
  await screen.findByText('team/old is removed')
  expect(server.writes()).toEqual([remove])
  await waitFor(() => expect(screen.queryByTitle('team/old')).toBeNull())
})

it('says in the dialog why the repository was not removed', async () => {
  const { server, user } = await open(bare)
  await user.click(await screen.findByRole('button', { name: 'Remove team/old' }))
  const dialog = within(await screen.findByRole('dialog'))
  const reason = 'team/old is not empty any more: somebody has just pushed to it'
  server.route(remove, refusal(409, 'REPOSITORY_NOT_EMPTY', reason))
  await user.click(dialog.getByRole('button', { name: 'Remove repository' }))
  expect((await dialog.findByRole('alert')).textContent).toContain('somebody has just pushed to it')
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
  expect(await screen.findByText('5 kB')).toBeDefined()
})
