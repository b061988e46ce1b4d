import type { Locator, Page } from '@playwright/test'
import { expectNoOverflow, violations } from '../page-checks.ts'
import { chooseOption } from '../choose-option.ts'
import { expect, test } from '../hosts.ts'
import { signOut } from '../sign-out.ts'

const people = '/settings/people'

async function createAccount(page: Page, name: string, password: string): Promise<void> {
  await page.getByRole('button', { name: 'New account' }).click()
  const dialog = page.getByRole('dialog', { name: 'New account' })
  await dialog.getByLabel('Name', { exact: true }).fill(name)
  await dialog.getByLabel('Password', { exact: true }).fill(password)
  await dialog.getByRole('button', { name: 'Create account' }).click()
}

async function signInAs(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

const account = (page: Page, name: string): Locator => page.getByRole('dialog', { name })

test('an administrator creates an account, and its access takes effect', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', people)
  await createAccount(page, 'mara', 'maras-password')

  // Opens at once, because the account has no access yet. By keyboard: the new line has the focus.
  const drawer = account(page, 'mara')
  await drawer.getByRole('button', { name: 'Add access' }).press('Enter')
  await page.keyboard.type('library')
  await drawer.getByRole('button', { name: 'Add access' }).click()
  await page.keyboard.type('team/app')
  await chooseOption(drawer.getByRole('combobox', { name: 'Access to team/app' }), 'Read and write')
  await drawer.getByRole('button', { name: 'Save access' }).click()
  await expect(page.getByText('Saved what mara may do')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('row', { name: /mara/ })).toContainText(
    'writes team/app; reads library',
  )

  await signOut(page)
  await signInAs(page, 'mara', 'maras-password')
  await page.getByRole('link', { name: 'Repositories' }).first().click()
  await expect(page.getByRole('link', { name: 'team/app' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'team/web' })).toBeHidden()
})

test('a disabled account cannot sign in until it is enabled again', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'administrator', `${people}?account=dana`)
  const drawer = account(page, 'dana')
  await drawer.getByRole('button', { name: 'Disable account…' }).click()
  const question = page.getByRole('dialog', { name: 'Disable dana?' })
  await question.getByRole('button', { name: 'Disable account' }).click()
  await expect(question).toBeHidden()
  await expect(drawer.getByRole('button', { name: 'Enable account' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('row', { name: /dana/ })).toContainText('Disabled')

  await signOut(page)
  await signInAs(page, 'dana', 'jetsam-dana')
  await expect(page.getByText('Wrong name or password')).toBeVisible()

  await signInAs(page, 'admin', 'jetsam-admin')
  await page.getByRole('link', { name: 'People' }).click()
  await page.getByRole('button', { name: 'dana' }).click()
  await drawer.getByRole('button', { name: 'Enable account' }).click()
  await expect(drawer.getByRole('button', { name: 'Disable account…' })).toBeVisible()
})

test('the last administrator stays one, and the page says why', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'administrator', `${people}?account=admin`)
  const drawer = account(page, 'admin')
  await expect(drawer.getByRole('button', { name: 'Disable account…' })).toBeDisabled()
  await drawer.getByRole('checkbox', { name: 'Administrator' }).click()
  const question = page.getByRole('dialog', { name: 'Give up being an administrator?' })
  await question.getByRole('button', { name: 'Give it up' }).click()
  await expect(question.getByRole('alert')).toContainText('the last active administrator')
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect(drawer.getByRole('checkbox', { name: 'Administrator' })).toBeChecked()
})

test('a mistake in a new account is shown at its field', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'administrator', people)
  await createAccount(page, 'Dana!', 'short')
  const dialog = page.getByRole('dialog', { name: 'New account' })
  await expect(dialog).toContainText('A name has lower-case letters')
  await expect(dialog).toContainText('A password has at least 8 characters')
  await dialog.getByLabel('Name').fill('dana')
  await dialog.getByRole('button', { name: 'Generate' }).click()
  await dialog.getByRole('button', { name: 'Create account' }).click()
  await expect(dialog).toContainText('There is an account "dana" already')
})

test('a person changes their own password, and stays signed in', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'developer')
  await page.getByRole('button', { name: 'Account: dana' }).click()
  await page.getByRole('menuitem', { name: 'Change password…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Change your password' })
  const change = async (current: string) => {
    await dialog.getByLabel('Current password').fill(current)
    await dialog.getByLabel('New password', { exact: true }).fill('a better password')
    await dialog.getByLabel('New password again').fill('a better password')
    await dialog.getByRole('button', { name: 'Change password' }).click()
  }
  await change('a guess')
  await expect(dialog).toContainText('This is not your present password')
  await change('jetsam-dana')
  await expect(page.getByText('Password changed')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('link', { name: 'team/app' })).toBeVisible()
  await signOut(page)
  await signInAs(page, 'dana', 'a better password')
  await expect(page.getByRole('link', { name: 'team/app' })).toBeVisible()
})

test('the page of people is for administrators only', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'developer', people)
  await expect(page.getByText('Only administrators manage people')).toBeVisible()
  await expect(page.getByRole('link', { name: 'People' })).toBeHidden()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the page of people has no accessibility violation in the ${colorScheme} scheme, and fits a phone`, async ({
    dashboard,
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await dashboard.signIn(page, 'administrator', people)
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('table', { name: 'People' }).waitFor()
    expect(await violations(page)).toEqual([])
    await expectNoOverflow(page)

    await page.getByRole('button', { name: 'dana' }).click()
    await account(page, 'dana').getByRole('button', { name: 'Save access' }).waitFor()
    expect(await violations(page)).toEqual([])
    await expectNoOverflow(page)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('button', { name: 'dana' })).toBeFocused()

    await page.getByRole('button', { name: 'New account' }).click()
    await page.getByRole('dialog', { name: 'New account' }).waitFor()
    expect(await violations(page)).toEqual([])
  })
}
