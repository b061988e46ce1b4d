import { listAccessTokens, revokeAccessToken } from '#contract/endpoints/access-tokens.ts'
import { pathOf } from '#contract/endpoints/path-of.ts'
import { listRepositories } from '#contract/endpoints/repositories.ts'
import type { WireAccessToken } from '#contract/accounts/access-tokens.ts'
import { screen, within } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { answer, fakeFetch, noContent, refusal } from '#web/testing/fake-fetch.ts'
import { repository } from '#web/testing/images.ts'
import { chooseOption } from '#web/testing/choose-option.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { AccessTokensPage } from './access-tokens-page.tsx'

const token = (name: string, changed: Partial<WireAccessToken> = {}): WireAccessToken => ({
  id: `id of ${name}`,
  account: 'dana',
  name,
  repositories: ['team'],
  actions: ['pull'],
  createdAt: '2026-11-20T10:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
  ...changed,
})
const path = pathOf(listAccessTokens, { name: 'dana' })
const secret = `jst_${'0'.repeat(64)}`

let server: ReturnType<typeof fakeFetch>
beforeEach(() => {
  vi.setSystemTime('2026-11-24T12:00:00Z')
  server = fakeFetch({
    [`GET ${path}`]: answer({ accessTokens: [] }),
    [`GET ${pathOf(listRepositories, {})}`]: answer({ repositories: [repository()] }),
  })
})

const open = () =>
  renderPage(<AccessTokensPage />, {
    at: '/access-tokens',
    session: { name: 'dana', isAdmin: false },
  })
const withTokens = (...accessTokens: readonly WireAccessToken[]) =>
  server.route(`GET ${path}`, answer({ accessTokens }))

describe('the list', () => {
  it('shows for each token its purpose, its expiry and its last use', async () => {
    withTokens(
      token('build', {
        actions: ['delete', 'pull', 'push'],
        repositories: ['library/base', 'team'],
        expiresAt: '2026-11-27T12:00:00.000Z',
        lastUsedAt: '2026-11-24T11:55:00.000Z',
      }),
      token('old', { repositories: ['*'], expiresAt: '2026-11-23T12:00:00.000Z' }),
      token('cluster'),
    )
    open()
    const list = await screen.findByRole('list', { name: 'Access tokens' })
    expect(
      within(list)
        .getAllByRole('listitem')
        .map(({ textContent }) => textContent),
    ).toEqual([
      'buildpull, push and delete: library/base, teamExpires in 3 days · last used 5 minutes agoRevoke…',
      'oldpull: everything in reachExpired 24 hours ago · not used yetRevoke…',
      'clusterpull: teamNever expires · not used yetRevoke…',
    ])
  })

  it('explains tokens when there are none', async () => {
    open()
    await screen.findByText('You have no access tokens')
  })

  it('says why the tokens could not be loaded, and tries again', async () => {
    server.route(`GET ${path}`, refusal(500, 'INTERNAL', 'the state is locked'))
    const { user } = open()
    await screen.findByText('The state is locked.', undefined, { timeout: 5000 })
    withTokens(token('build'))
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    await screen.findByText('build')
  })

  it('revokes a token only after a confirmation', async () => {
    withTokens(token('build'))
    server.route(
      `DELETE ${pathOf(revokeAccessToken, { name: 'dana', id: 'id of build' })}`,
      noContent(),
    )
    const { user } = open()
    await user.click(await screen.findByRole('button', { name: 'Revoke build' }))
    const dialog = await screen.findByRole('dialog', { name: 'Revoke build?' })
    expect(server.writes()).toEqual([])
    await user.click(within(dialog).getByRole('button', { name: 'Revoke token' }))
    await screen.findByText('Revoked build')
    expect(server.writes()).toHaveLength(1)
  })
})

describe('a new token', () => {
  const openDialog = async () => {
    const page = open()
    await page.user.click(await screen.findByRole('button', { name: 'New token' }))
    return { ...page, dialog: await screen.findByRole('dialog', { name: 'New access token' }) }
  }

  it('is created for its purpose, and shown once', async () => {
    server.route(`POST ${path}`, answer({ ...token('build'), token: secret }))
    const { user, dialog } = await openDialog()
    await user.type(within(dialog).getByLabelText('Name'), 'build')
    await user.click(within(dialog).getByLabelText('Push'))
    await user.type(within(dialog).getByLabelText('Namespace or repository 1'), 'team/app')
    await user.click(within(dialog).getByRole('button', { name: 'Add another' }))
    await user.keyboard('library')
    await chooseOption(user, within(dialog).getByLabelText('Expires'), 'in 7 days')
    await user.click(within(dialog).getByRole('button', { name: 'Create token' }))

    const shown = await screen.findByRole('dialog', { name: 'Copy build now' })
    within(shown).getByText(secret)
    expect(server.calls.find(({ method }) => method === 'POST')?.body).toEqual({
      name: 'build',
      repositories: ['team/app', 'library'],
      actions: ['pull', 'push'],
      expiresAt: expect.stringMatching(/^2026-12-01T12:00:/),
    })
    await user.click(within(shown).getByRole('button', { name: 'I have copied it' }))
    expect(screen.queryByText(secret)).toBeNull()
  })

  it('can allow everything and never expire', async () => {
    server.route(`POST ${path}`, answer({ ...token('all'), token: secret }))
    const { user, dialog } = await openDialog()
    await user.type(within(dialog).getByLabelText('Name'), 'all')
    await user.click(within(dialog).getByLabelText(/^everything I have access to/))
    await chooseOption(user, within(dialog).getByLabelText('Expires'), 'never')
    await user.click(within(dialog).getByRole('button', { name: 'Create token' }))
    await screen.findByText(secret)
    expect(server.calls.find(({ method }) => method === 'POST')?.body).toMatchObject({
      repositories: ['*'],
      expiresAt: null,
    })
  })

  it('is not created while a field is missing, and says so at the field', async () => {
    const { user, dialog } = await openDialog()
    await user.click(within(dialog).getByLabelText('Pull'))
    await user.click(within(dialog).getByRole('button', { name: 'Create token' }))
    within(dialog).getByText(/^A token has a name/)
    within(dialog).getByText('Choose at least one.')
    within(dialog).getByText('Name a namespace or a repository.')
    await user.type(within(dialog).getByLabelText('Namespace or repository 1'), 'Team')
    within(dialog).getByText(/^A namespace or repository has lower-case/)
    expect(server.writes()).toEqual([])
  })

  it('says at the name that the name is taken', async () => {
    const message = 'dana has an access token "build" already'
    server.route(`POST ${path}`, refusal(409, 'ACCESS_TOKEN_EXISTS', message, { field: 'name' }))
    const { user, dialog } = await openDialog()
    await user.type(within(dialog).getByLabelText('Name'), 'build')
    await user.click(within(dialog).getByLabelText(/^everything I have access to/))
    await user.click(within(dialog).getByRole('button', { name: 'Create token' }))
    await within(dialog).findByText('Dana has an access token "build" already.')
    expect(within(dialog).getByLabelText('Name').getAttribute('aria-invalid')).toBe('true')
  })
})
