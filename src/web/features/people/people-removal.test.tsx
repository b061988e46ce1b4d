import { listAccessTokens, revokeAccessToken } from '#contract/endpoints/access-tokens.ts'
import {
  getAccount,
  getAnonymousAccess,
  listAccounts,
  removeAccount,
} from '#contract/endpoints/accounts.ts'
import { pathOf } from '#contract/endpoints/path-of.ts'
import { listRepositories } from '#contract/endpoints/repositories.ts'
import type { WireAccount } from '#contract/accounts/accounts.ts'
import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, describe, expect, it } from 'vitest'
import { answer, fakeFetch, noContent, refusal } from '#web/testing/fake-fetch.ts'
import { repository } from '#web/testing/images.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { PeoplePage } from './people-page.tsx'

const account = (name: string, isAdmin = false): WireAccount => ({
  name,
  isAdmin,
  isActive: true,
  createdAt: '2026-11-20T10:00:00.000Z',
  lastSignedInAt: null,
  grants: [],
})
const admin = account('admin', true)
const dana = account('dana')
const build = {
  id: 't',
  account: 'dana',
  name: 'build',
  repositories: ['team'],
  actions: ['pull'],
  createdAt: '2026-11-20T10:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
}
const anonymous = pathOf(getAnonymousAccess, {})

let server: ReturnType<typeof fakeFetch>
beforeEach(() => {
  server = fakeFetch({
    [`GET ${pathOf(listAccounts, {})}`]: answer(
      { accounts: [admin, dana] },
      { 'X-Resource-Count': '2' },
    ),
    [`GET ${pathOf(getAccount, { name: 'admin' })}`]: answer(admin),
    [`GET ${pathOf(getAccount, { name: 'dana' })}`]: answer(dana),
    [`GET ${pathOf(listAccessTokens, { name: 'admin' })}`]: answer({ accessTokens: [] }),
    [`GET ${pathOf(listAccessTokens, { name: 'dana' })}`]: answer({ accessTokens: [build] }),
    [`GET ${pathOf(listRepositories, {})}`]: answer({ repositories: [repository()] }),
    [`GET ${anonymous}`]: answer({ grants: [] }),
  })
})

async function openAccount(name: string) {
  const page = renderPage(<PeoplePage />, { at: `/settings/people?account=${name}` })
  return { ...page, drawer: await screen.findByRole('dialog', { name }) }
}
const deleteButton = (drawer: HTMLElement) =>
  within(drawer).findByRole('button', { name: 'Delete account…' })

describe('an account', () => {
  it('is deleted only after a confirmation, and the drawer closes', async () => {
    server.route(`DELETE ${pathOf(removeAccount, { name: 'dana' })}`, noContent())
    const { user, drawer, address } = await openAccount('dana')
    await user.click(await deleteButton(drawer))
    const dialog = await screen.findByRole('dialog', { name: 'Delete dana?' })
    expect(server.writes()).toEqual([])
    await user.click(within(dialog).getByRole('button', { name: 'Delete account' }))
    await screen.findByText('Deleted the account dana')
    expect(server.writes()).toEqual([`DELETE ${pathOf(removeAccount, { name: 'dana' })}`])
    await waitFor(() => expect(address()).toBe('/settings/people'))
  })

  it('says why it cannot be deleted', async () => {
    const message = 'dana is the last active administrator: make someone else an administrator'
    server.route(
      `DELETE ${pathOf(removeAccount, { name: 'dana' })}`,
      refusal(409, 'LAST_ADMINISTRATOR', message),
    )
    const { user, drawer } = await openAccount('dana')
    await user.click(await deleteButton(drawer))
    const dialog = await screen.findByRole('dialog', { name: 'Delete dana?' })
    await user.click(within(dialog).getByRole('button', { name: 'Delete account' }))
    await within(dialog).findByText(/^Dana is the last active administrator/)
  })

  it('cannot delete itself, and says that another administrator can', async () => {
    const { drawer } = await openAccount('admin')
    expect(await deleteButton(drawer)).toHaveProperty('disabled', true)
    within(drawer).getByText(/another administrator can delete it/)
  })

  it('shows its access tokens, for an administrator to revoke', async () => {
    server.route(`DELETE ${pathOf(revokeAccessToken, { name: 'dana', id: 't' })}`, noContent())
    const { user, drawer } = await openAccount('dana')
    await user.click(await within(drawer).findByRole('button', { name: 'Revoke build' }))
    const dialog = await screen.findByRole('dialog', { name: 'Revoke build?' })
    await user.click(within(dialog).getByRole('button', { name: 'Revoke token' }))
    await screen.findByText('Revoked build')
  })
})

describe('what can be pulled without signing in', () => {
  it('is nothing until an administrator lists it', async () => {
    const grants = [{ scope: 'library', accessLevel: 'read-only' }]
    server.route(`PUT ${anonymous}`, answer({ grants }))
    const { user } = renderPage(<PeoplePage />, { at: '/settings/people' })
    const panel = await screen.findByRole('region', { name: 'Without signing in' })
    await within(panel).findByText(/nothing can be pulled/)
    await user.click(within(panel).getByRole('button', { name: /^Change what can be pulled/ }))
    const drawer = await screen.findByRole('dialog', { name: 'Without signing in' })
    await user.click(within(drawer).getByRole('button', { name: 'Add access' }))
    await user.keyboard('library')
    // There is no level to choose: only reading can be granted.
    expect(within(drawer).queryByLabelText('Access to library')).toBeNull()
    server.route(`GET ${anonymous}`, answer({ grants }))
    await user.click(within(drawer).getByRole('button', { name: 'Save access' }))
    await screen.findByText('Saved what can be pulled without signing in')
    expect(server.calls.find(({ method }) => method === 'PUT')?.body).toEqual({ grants })
    await within(panel).findByText(/anyone reads library/)
  })

  it('says why it could not be loaded', async () => {
    server.route(`GET ${anonymous}`, refusal(500, 'INTERNAL', 'the state is locked'))
    renderPage(<PeoplePage />, { at: '/settings/people' })
    await screen.findByText('Couldn’t load what is open to all', undefined, { timeout: 5000 })
  })
})
