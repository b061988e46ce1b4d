import { deleteImage } from '../delete-image.ts'
import { expectNoOverflow } from '../page-checks.ts'
import { expect, test } from '../hosts.ts'
import { signOut } from '../sign-out.ts'

test('Ctrl K finds a tag in any repository and opens it', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'developer', '/trash')
  await page.getByRole('heading', { name: 'Trash', level: 1 }).waitFor()
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox', { name: 'Search repositories and tags' }).fill('app:1.2')
  await expect(page.getByRole('option', { name: '1.2 team/app' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/repositories\/team\/app\?tag=1\.2$/)
  await expect(page.getByRole('dialog')).toContainText('1.2')
})

test('the search says when it finds nothing, and Escape returns the focus', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page)
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('combobox', { name: 'Search repositories and tags' }).fill('no such thing')
  await expect(page.getByText('Nothing matches “no such thing”.')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Search' })).toBeFocused()
})

test('two tabs stay in step: a deletion or a sign-out in one reaches the other', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/app')
  const other = await page.context().newPage()
  await other.goto(`${dashboard.origin}/repositories/team/app`)
  await other.getByRole('link', { name: '1.0', exact: true }).waitFor()
  await deleteImage(page, '1.0')
  await expect(other.getByRole('link', { name: '1.0', exact: true })).toBeHidden()
  await expect(other.getByRole('link', { name: '1.1', exact: true })).toBeVisible()

  await signOut(page)
  await expect(other.getByRole('button', { name: 'Sign in' })).toBeVisible()
})

test('the keyboard alone reaches the list past the navigation, and titles name the page', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page)
  await page.getByRole('link', { name: 'team/app' }).waitFor()
  await expect(page).toHaveTitle('Repositories · Jetsam')
  await page.reload()
  await page.getByRole('link', { name: 'team/app' }).waitFor()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()
  await page.getByRole('link', { name: 'team/app' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'team/app', level: 1 })).toBeFocused()
  await expect(page).toHaveTitle('team/app · Jetsam')
})

test('on a phone the navigation is behind a button, and nothing is wider than the screen', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page)
  await page.setViewportSize({ width: 360, height: 740 })
  for (const [name, heading] of [
    ['Trash', 'Trash'],
    ['Garbage collection', 'Garbage collection'],
    ['Repositories', 'Repositories'],
  ] as const) {
    await page.getByRole('button', { name: 'Open navigation' }).click()
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click()
    await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible()
    await expect(page.getByText('Loading', { exact: true })).toHaveCount(0)
    await expectNoOverflow(page, heading)
  }
  await page.getByRole('link', { name: 'team/app' }).click()
  await page.getByRole('button', { name: 'Delete 1.2' }).waitFor()
  await expectNoOverflow(page)
})

test('the chosen colour scheme stays', async ({ dashboard, page }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await dashboard.signIn(page)
  await page.getByRole('button', { name: /^Colour scheme/ }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  const root = page.locator('html')
  await expect(root).toHaveAttribute('data-mantine-color-scheme', 'dark')
  await page.reload()
  await expect(root).toHaveAttribute('data-mantine-color-scheme', 'dark')
})
