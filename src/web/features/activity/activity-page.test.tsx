import { listAccounts } from '#contract/endpoints/accounts.ts'
import { listActivity } from '#contract/endpoints/activity.ts'
import { pathOf } from '#contract/endpoints/path-of.ts'
import { listRepositories } from '#contract/endpoints/repositories.ts'
import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, it } from 'vitest'
import { answer, fakeFetch, refusal } from '#web/testing/fake-fetch.ts'
import { repository } from '#web/testing/images.ts'
import { chooseOption } from '#web/testing/choose-option.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { ActivityPage } from './activity-page.tsx'
import { RepositoryActivity } from './repository-activity.tsx'
import { entry } from './testing/entry.ts'

const list = `GET ${pathOf(listActivity, {})}`
const account = { isAdmin: false, isActive: true, createdAt: '2026-11-23T10:00:00.000Z' }
let server: ReturnType<typeof fakeFetch>

beforeEach(() => {
  server = fakeFetch({
    [list]: answer(
      { entries: [entry(), entry({ actor: 'ada', from: null })] },
      { 'X-Resource-Count': '2' },
    ),
    [`GET ${pathOf(listRepositories, {})}`]: answer({ repositories: [repository()] }),
    [`GET ${pathOf(listAccounts, {})}`]: answer({
      accounts: ['ada', 'dana'].map((name) => ({
        ...account,
        name,
        lastSignedInAt: null,
        grants: [],
      })),
    }),
  })
})

const lastQuery = () => {
  const asked = server.calls.findLast(({ url }) => url.startsWith(pathOf(listActivity, {})))
  const query = new URLSearchParams(asked?.url.split('?')[1])
  for (const name of ['pageSize', 'count']) query.delete(name)
  return Object.fromEntries(query)
}

it('keeps the filter in the address, and sends it to the server', async () => {
  const { user, address } = renderPage(<ActivityPage />, { at: '/activity' })
  await screen.findByRole('table', { name: 'Activity' })
  expect(lastQuery()).toEqual({})
  await chooseOption(user, screen.getByLabelText('Person'), 'dana')
  await chooseOption(user, screen.getByLabelText('Kind'), 'Restored')
  await user.type(screen.getByLabelText('Repository'), 'team/')
  await waitFor(() =>
    expect(address()).toBe('/activity?person=dana&kind=restored&repository=team%2F'),
  )
  await waitFor(() =>
    expect(lastQuery()).toEqual({
      person: 'dana',
      kind: 'image restored,tag restored,repository restored',
      repository: 'team/',
    }),
  )
})

it('does not filter by a repository while its name is incomplete', async () => {
  renderPage(<ActivityPage />, { at: '/activity?repository=Team' })
  await screen.findByText('This is no repository’s name')
  await screen.findByRole('table', { name: 'Activity' })
  expect(lastQuery()).toEqual({})
})

it('says that nothing matches, and clears every filter', async () => {
  server.route(list, ({ url }) => answer({ entries: url.includes('person') ? [] : [entry()] }))
  const { user, address } = renderPage(<ActivityPage />, {
    at: '/activity?person=dana&range=days&from=2026-11-01',
  })
  await user.click(await screen.findByRole('button', { name: 'Clear filter' }))
  expect(address()).toBe('/activity')
  await screen.findByRole('table', { name: 'Activity' })
})

it('says that there is no activity yet', async () => {
  server.route(list, answer({ entries: [] }))
  renderPage(<ActivityPage />, { at: '/activity' })
  await screen.findByText('Nothing has happened yet')
})

it('shows an entry in full', async () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const detail = `${digest} with tags 1.2, latest`
  const data = { reference: '1.2', digest, tags: ['1.2', 'latest'] }
  server.route(list, answer({ entries: [entry({ data })] }))
  const { user } = renderPage(<ActivityPage />, { at: '/activity' })
  await user.click(await screen.findByRole('button', { name: /^Details of/ }))
  const dialog = await screen.findByRole('dialog', { name: 'Image deleted' })
  for (const text of [detail, '192.0.2.7', 'dana', '1.2']) within(dialog).getByText(text)
})

it('says why the activity could not be loaded, and tries again', async () => {
  server.route(list, refusal(500, 'INTERNAL', 'the state is locked'))
  const { user } = renderPage(<ActivityPage />, { at: '/activity' })
  await screen.findByText('The state is locked.')
  server.route(list, answer({ entries: [entry()] }))
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  await screen.findByRole('table', { name: 'Activity' })
})

it('offers a developer only their own name, and no addresses', async () => {
  const session = { name: 'dana', isAdmin: false }
  const { user } = renderPage(<ActivityPage />, { at: '/activity', session })
  await screen.findByRole('table', { name: 'Activity' })
  await user.click(screen.getByLabelText('Person'))
  const people = await screen.findByRole('listbox', { name: 'Person' })
  expect(
    within(people)
      .getAllByRole('option')
      .map((option) => option.textContent),
  ).toEqual(['Everyone', 'dana (you)'])
  expect(screen.queryByRole('columnheader', { name: 'From' })).toBeNull()
  expect(server.calls.some(({ url }) => url.startsWith(pathOf(listAccounts, {})))).toBe(false)
})

it('asks only for the repository’s activity on its page', async () => {
  renderPage(<RepositoryActivity repository="team/app" />, { at: '/?tab=activity&repository=x' })
  await screen.findByRole('table', { name: 'Activity of team/app' })
  expect(lastQuery()).toEqual({ repository: 'team/app' })
})
