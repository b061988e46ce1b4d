import { expect, test } from '../hosts.ts'
import { signOut } from '../sign-out.ts'

test('a wrong password says so, and the right one opens the wanted page', async ({
  dashboard,
  page,
}) => {
  await page.goto(`${dashboard.origin}/repositories/team/app`)
  await page.getByLabel('Name').fill('dana')
  await page.getByLabel('Password', { exact: true }).fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('Wrong name or password')).toBeVisible()
  await page.getByLabel('Password', { exact: true }).fill('jetsam-dana')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'team/app' })).toBeVisible()
})

test('signing out ends the session', async ({ dashboard, page }) => {
  await dashboard.signIn(page)
  await signOut(page)
})

test.describe('an empty registry', () => {
  test.use({ content: 'nothing' })

  test('shows how to push, and loads sample images with one click', async ({ dashboard, page }) => {
    await dashboard.signIn(page)
    await expect(page.getByText('docker push').first()).toBeVisible()
    await page.getByRole('button', { name: 'Load sample images' }).click()
    await expect(page.getByRole('link', { name: 'team/app' })).toBeVisible()
  })
})
