import { expect, test } from '../hosts.ts'

test('an expired session asks to sign in again, and leads back', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/app')
  await page.getByRole('button', { name: 'Delete 1.2' }).waitFor()
  await page.context().clearCookies()
  await page.getByRole('link', { name: /^Trash/ }).click()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await page.getByLabel('Name').fill('dana')
  await page.getByLabel('Password', { exact: true }).fill('jetsam-dana')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Trash', level: 1 })).toBeVisible()
})

test('offline, the page says so, keeps its content, and catches up by itself', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/app')
  await page.getByRole('button', { name: 'Delete 1.2' }).waitFor()
  await page.context().setOffline(true)
  await page.getByRole('searchbox', { name: 'Filter by tag or digest' }).fill('1.2')
  await expect(page.getByText('This computer is offline.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeHidden()
  await page.context().setOffline(false)
  await expect(page.getByText('This computer is offline.')).toBeHidden()
  await expect(page.getByRole('button', { name: 'Delete 1.2' })).toBeVisible()
})
