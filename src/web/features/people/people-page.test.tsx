import { listAccessTokens } from '#contract/endpoints/access-tokens.ts'
import {
  changeAccount,
  createAccount,
  getAccount,
  getAnonymousAccess,
  listAccounts,
  setAccess,
} from '#contract/endpoints/accounts.ts'
import { pathOf } from '#contract/endpoints/path-of.ts'
import { listRepositories } from '#contract/endpoints/repositories.ts'
import type { WireAccount } from '#contract/accounts/accounts.ts'
import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, describe, expect, it } from 'vitest'
import { answer, fakeFetch, refusal } from '#web/testing/fake-fetch.ts'
import { repository } from '#web/testing/images.ts'
import { chooseOption } from '#web/testing/choose-option.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { PeoplePage } from './people-page.tsx'

const account = (name: string, changes: Partial<WireAccount> = {}): WireAccount => ({
  name,
  isAdmin: false,
  isActive: true,
  createdAt: '2026-11-20T10:00:00.000Z',
  lastSignedInAt: null,
  grants: [],
  ...changes,
})
const dana = account('dana', { grants: [{ scope: 'team', accessLevel: 'read-write' }] })
const accounts = [account('admin', { isAdmin: true }), dana, account('gone', { isActive: false })]
const list = `GET ${pathOf(listAccounts, {})}`

let server: ReturnType<typeof fakeFetch>
beforeEach(() => {
  server = fakeFetch({
    [list]: answer({ accounts }, { 'X-Resource-Count': '3' }),
    [`GET ${pathOf(listRepositories, {})}`]: answer({ repositories: [repository()] }),
    [`GET ${pathOf(getAnonymousAccess, {})}`]: answer({ grants: [] }),
    [`GET ${pathOf(listAccessTokens, { name: 'dana' })}`]: answer({ accessTokens: [] }),
    ...Object.fromEntries(
      accounts.map((one) => [`GET ${pathOf(getAccount, { name: one.name })}`, answer(one)]),
    ),
  })
})

const open = async (at = '/settings/people') => {
  const page = renderPage(<PeoplePage />, { at })
  await screen.findByRole('table', { name: 'People' })
  return page
}
const openAccount = async (name: string) => {
  const page = await open(`/settings/people?account=${name}`)
  return { ...page, drawer: await screen.findByRole('dialog', { name }) }
}
const bodies = () =>
  server.calls.filter(({ method }) => method !== 'GET').map(({ method, body }) => [method, body])

it('lists the accounts, what they may do and whether they are active', async () => {
  await open()
  const rows = screen.getAllByRole('row').slice(1)
  expect(rows.map((row) => within(row).getByRole('rowheader').textContent)).toEqual([
    'adminyouAdministrator',
    'danawrites team',
    'gonenothing yet',
  ])
  within(rows[2] ?? document.body).getByText('Disabled')
})

it('is for administrators, and says so to others without asking the server', async () => {
  renderPage(<PeoplePage />, { at: '/settings/people', session: { name: 'dana', isAdmin: false } })
  await screen.findByText('Only administrators manage people')
  expect(server.calls).toEqual([])
})

it('invites to add people when there is only one account', async () => {
  server.route(list, answer({ accounts: accounts.slice(0, 1) }, { 'X-Resource-Count': '1' }))
  await open()
  await screen.findByText('Only you can sign in so far')
})

describe('a new account', () => {
  const fill = async (name: string, password: string) => {
    const page = await open()
    await page.user.click(screen.getByRole('button', { name: 'New account' }))
    const dialog = await screen.findByRole('dialog', { name: 'New account' })
    for (const [label, text] of [
      ['Name', name],
      ['Password', password],
    ] as const) {
      await page.user.click(within(dialog).getByLabelText(label))
      await page.user.paste(text)
    }
    await page.user.click(within(dialog).getByRole('button', { name: 'Create account' }))
    return { ...page, dialog }
  }

  it('is created, and opens so that access can be granted', async () => {
    server.route(`POST ${pathOf(createAccount, {})}`, answer(account('eve')))
    server.route(`GET ${pathOf(getAccount, { name: 'eve' })}`, answer(account('eve')))
    const { address } = await fill('eve', 'a long password')
    await screen.findByRole('dialog', { name: 'eve' })
    expect(address()).toBe('/settings/people?account=eve')
    expect(bodies()).toEqual([
      ['POST', { name: 'eve', password: 'a long password', isAdmin: false }],
    ])
  })

  it('is not sent with an invalid name or password', async () => {
    const { dialog } = await fill('Eve!', 'short')
    within(dialog).getByText(/^A name has lower-case letters/)
    within(dialog).getByText('A password has at least 8 characters.')
    expect(bodies()).toEqual([])
  })

  it('says at the name that the name is taken', async () => {
    const message = 'there is an account "dana" already'
    server.route(
      `POST ${pathOf(createAccount, {})}`,
      refusal(409, 'ACCOUNT_EXISTS', message, { field: 'name' }),
    )
    const { dialog } = await fill('dana', 'a long password')
    await within(dialog).findByText('There is an account "dana" already.')
    expect(within(dialog).getByLabelText('Name').getAttribute('aria-invalid')).toBe('true')
  })

  it('can have a generated password', async () => {
    const { user, dialog } = await fill('eve', '')
    await user.click(within(dialog).getByRole('button', { name: 'Generate' }))
    const { value, type } = within(dialog).getByLabelText<HTMLInputElement>('Password')
    expect([value, type]).toEqual([expect.stringMatching(/^([a-z2-9]{4}-){4}[a-z2-9]{4}$/), 'text'])
  })
})

describe('access', () => {
  it('is edited line by line, and saved as a whole', async () => {
    const grants = [
      { scope: 'library', accessLevel: 'read-only' },
      { scope: 'team', accessLevel: 'admin' },
    ]
    server.route(`PUT ${pathOf(setAccess, { name: 'dana' })}`, answer({ grants }))
    const { user, drawer } = await openAccount('dana')
    const save = within(drawer).getByRole('button', { name: 'Save access' })
    expect(save).toHaveProperty('disabled', true)
    await chooseOption(user, within(drawer).getByLabelText('Access to team'), 'Administer')
    await user.click(within(drawer).getByRole('button', { name: 'Add access' }))
    await user.keyboard('Library')
    within(drawer).getByText(/^Lower-case letters/)
    expect(save).toHaveProperty('disabled', true)
    await user.keyboard('{Control>}a{/Control}library')
    await user.click(save)
    await screen.findByText('Saved what dana may do')
    expect(bodies()).toEqual([['PUT', { grants }]])
  })

  it('stays in the form when it cannot be saved, with the reason', async () => {
    server.route(
      `PUT ${pathOf(setAccess, { name: 'dana' })}`,
      refusal(500, 'INTERNAL', 'the state is locked'),
    )
    const { user, drawer } = await openAccount('dana')
    await user.click(within(drawer).getByRole('button', { name: 'Remove the access to team' }))
    await user.click(within(drawer).getByRole('button', { name: 'Save access' }))
    await within(drawer).findByText('The state is locked.')
    await user.click(within(drawer).getByRole('button', { name: 'Discard' }))
    within(drawer).getByLabelText('Access to team')
  })
})

describe('an account', () => {
  it('is disabled only after a confirmation', async () => {
    server.route(
      `PATCH ${pathOf(changeAccount, { name: 'dana' })}`,
      answer({ ...dana, isActive: false }),
    )
    const { user, drawer } = await openAccount('dana')
    await user.click(within(drawer).getByRole('button', { name: 'Disable account…' }))
    const dialog = await screen.findByRole('dialog', { name: 'Disable dana?' })
    expect(bodies()).toEqual([])
    await user.click(within(dialog).getByRole('button', { name: 'Disable account' }))
    await screen.findByText('Disabled dana')
    expect(bodies()).toEqual([['PATCH', { isActive: false }]])
  })

  it('becomes an administrator at once', async () => {
    server.route(
      `PATCH ${pathOf(changeAccount, { name: 'dana' })}`,
      answer({ ...dana, isAdmin: true }),
    )
    const { user, drawer } = await openAccount('dana')
    await user.click(within(drawer).getByRole('checkbox', { name: /^Administrator/ }))
    await screen.findByText('dana is an administrator')
    expect(bodies()).toEqual([['PATCH', { isAdmin: true }]])
  })

  it('stays an administrator if it is the last one, and says why', async () => {
    const message = 'admin is the last active administrator: make someone else an administrator'
    server.route(
      `PATCH ${pathOf(changeAccount, { name: 'admin' })}`,
      refusal(409, 'LAST_ADMINISTRATOR', message),
    )
    const { user, drawer } = await openAccount('admin')
    expect(within(drawer).getByRole('button', { name: 'Disable account…' })).toHaveProperty(
      'disabled',
      true,
    )
    await user.click(within(drawer).getByRole('checkbox', { name: /^Administrator/ }))
    const dialog = await screen.findByRole('dialog', { name: 'Give up being an administrator?' })
    await user.click(within(dialog).getByRole('button', { name: 'Give it up' }))
    await within(dialog).findByText(/^Admin is the last active administrator/)
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }))
    await waitFor(() =>
      expect(within(drawer).getByRole('checkbox', { name: /^Administrator/ })).toHaveProperty(
        'checked',
        true,
      ),
    )
  })

  it('gets a new password, which then leaves the screen', async () => {
    server.route(`PATCH ${pathOf(changeAccount, { name: 'dana' })}`, answer(dana))
    const { user, drawer } = await openAccount('dana')
    const field = within(drawer).getByLabelText<HTMLInputElement>('Password')
    await user.type(field, 'a new password')
    await user.click(within(drawer).getByRole('button', { name: 'Set password' }))
    await screen.findByText('dana has a new password')
    expect(field.value).toBe('')
    expect(bodies()).toEqual([['PATCH', { password: 'a new password' }]])
  })

  it('distinguishes a missing account from one that could not be loaded', async () => {
    server.route(
      `GET ${pathOf(getAccount, { name: 'nobody' })}`,
      refusal(404, 'NO_SUCH_ACCOUNT', 'there is no account "nobody"'),
    )
    await open('/settings/people?account=nobody')
    await screen.findByText('There is no account nobody')
  })
})
