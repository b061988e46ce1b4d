import type { Page } from '@playwright/test'
import { expectNoOverflow, violations } from '../page-checks.ts'
import { expect, test } from '../hosts.ts'
import { signOut } from '../sign-out.ts'

const secretPattern = /^jst_[a-f0-9]{64}$/

/** By keyboard where that is natural, as people fill in a form. */
async function createToken(page: Page, name: string, scope: string): Promise<string> {
  await page.getByRole('button', { name: 'New token' }).click()
  const dialog = page.getByRole('dialog', { name: 'New access token' })
  await expect(dialog.getByLabel('Name', { exact: true })).toBeFocused()
  await page.keyboard.type(name)
  await dialog.getByLabel('Namespace or repository 1').fill(scope)
  await page.keyboard.press('Enter')
  const shown = page.getByRole('dialog', { name: `Copy ${name} now` })
  const secret = (await shown.getByLabel('access token', { exact: true }).textContent()) ?? ''
  expect(secret).toMatch(secretPattern)
  await shown.getByRole('button', { name: 'I have copied it' }).click()
  return secret
}

/** The registry's answer to a program with only this token. */
const pullStatus = (page: Page, origin: string, name: string, secret: string): Promise<number> =>
  page.evaluate(
    async ({ url, credentials }) => {
      const headers = { Authorization: `Basic ${btoa(credentials)}` }
      return (await fetch(url, { headers, credentials: 'omit' })).status
    },
    { url: `${origin}/v2/team/app/tags/list`, credentials: `${name}:${secret}` },
  )

test('a person creates an access token for a program, and an administrator revokes it', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'developer')
  await page.getByRole('button', { name: 'Account: dana' }).click()
  await page.getByRole('menuitem', { name: 'Access tokens' }).click()
  await expect(page.getByText('You have no access tokens')).toBeVisible()
  const secret = await createToken(page, 'build', 'team')
  const tokens = page.getByRole('list', { name: 'Access tokens' })
  await expect(tokens).toContainText('pull: team')
  await expect(tokens).toContainText('not used yet')
  if (dashboard.kind === 'server') {
    expect(await pullStatus(page, dashboard.origin, 'dana', secret)).toBe(200)
    await page.reload()
    await expect(tokens).toContainText('last used just now')
  }
  await expect(page.getByText(secret)).toBeHidden()

  await signOut(page)
  await dashboard.signIn(page, 'administrator', '/settings/people?account=dana')
  const drawer = page.getByRole('dialog', { name: 'dana' })
  await drawer.getByRole('button', { name: 'Revoke build' }).click()
  const question = page.getByRole('dialog', { name: 'Revoke build?' })
  await question.getByRole('button', { name: 'Revoke token' }).click()
  await expect(drawer).toContainText('dana can create them')
  if (dashboard.kind === 'server') {
    expect(await pullStatus(page, dashboard.origin, 'dana', secret)).toBe(401)
  }
})

test('an administrator makes repositories public, and closes them again', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', '/settings/people')
  const panel = page.getByRole('region', { name: 'Without signing in' })
  await expect(panel).toContainText('nothing can be pulled')
  await panel.getByRole('button').click()
  const drawer = page.getByRole('dialog', { name: 'Without signing in' })
  await drawer.getByRole('button', { name: 'Add access' }).press('Enter')
  await page.keyboard.type('library')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Saved what can be pulled without signing in')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(panel).toContainText('anyone reads library')
  await panel.getByRole('button').click()
  await drawer.getByRole('button', { name: 'Remove the access to library' }).click()
  await drawer.getByRole('button', { name: 'Save access' }).click()
  await page.keyboard.press('Escape')
  await expect(panel).toContainText('nothing can be pulled')
})

test('an account is deleted after a confirmation, and can no longer sign in', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', '/settings/people?account=dana')
  const drawer = page.getByRole('dialog', { name: 'dana' })
  await drawer.getByRole('button', { name: 'Delete account…' }).click()
  const question = page.getByRole('dialog', { name: 'Delete dana?' })
  await question.getByRole('button', { name: 'Delete account' }).click()
  await expect(page.getByText('Deleted the account dana')).toBeVisible()
  await expect(page.getByRole('row', { name: /dana/ })).toBeHidden()
  await signOut(page)
  await page.getByLabel('Name', { exact: true }).fill('dana')
  await page.getByLabel('Password', { exact: true }).fill('jetsam-dana')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByText('Wrong name or password')).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`access tokens have no accessibility violation in the ${colorScheme} scheme, and fit a phone`, async ({
    dashboard,
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await dashboard.signIn(page, 'administrator', '/access-tokens')
    await page.getByText('You have no access tokens').waitFor()
    expect(await violations(page)).toEqual([])
    await createToken(page, 'a token with a long name for the build of everything', 'team/app')
    await page.getByRole('list', { name: 'Access tokens' }).waitFor()
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 844 })
      expect(await violations(page)).toEqual([])
      await expectNoOverflow(page)
    }
    await page.getByRole('button', { name: 'New token' }).click()
    const dialog = page.getByRole('dialog', { name: 'New access token' })
    await dialog.getByRole('button', { name: 'Create token' }).click()
    await dialog.getByText('Name a namespace or a repository.').waitFor()
    expect(await violations(page)).toEqual([])
    await expectNoOverflow(page)
    await page.keyboard.press('Escape')

    await page.goto(`${dashboard.origin}/settings/people`)
    await page.getByRole('region', { name: 'Without signing in' }).getByRole('button').click()
    await page.getByRole('dialog', { name: 'Without signing in' }).waitFor()
    expect(await violations(page)).toEqual([])
    await expectNoOverflow(page)
  })
}
