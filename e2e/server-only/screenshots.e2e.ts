import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { expect, test } from '../hosts.ts'

/** The pictures of the README. They are written only when asked for: UPDATE_SCREENSHOTS=1. */
const folder = fileURLToPath(new URL('../screenshots', import.meta.url))

async function picture(page: Page, name: string): Promise<void> {
  const update = process.env.UPDATE_SCREENSHOTS === '1'
  const path = join(folder, `${name}.png`)
  const taken = await page.screenshot(update ? { path } : {})
  expect(taken.byteLength).toBeGreaterThan(0)
}

test('the screens that the README shows', async ({ dashboard, page }) => {
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await dashboard.signIn(page, 'administrator', '/repositories/team/app')
  const tags = page.getByRole('table', { name: 'Tags of team/app' })
  await expect(tags.getByRole('button', { name: 'Delete 1.0' })).toBeVisible()
  await picture(page, 'tags')

  await tags.getByRole('button', { name: 'Delete 2.0' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete 2.0?' })
  await dialog.getByText('Delete the image and its 2 tags').click()
  await expect(dialog.getByRole('button', { name: 'Delete image' })).toBeEnabled()
  await picture(page, 'delete')
  await dialog.getByRole('button', { name: 'Delete image' }).click()
  await expect(tags.getByRole('link', { name: '2.0', exact: true })).toBeHidden()

  await page.getByRole('link', { name: 'Garbage collection' }).click()
  const form = page.getByRole('form', { name: 'Garbage collection settings' })
  await form.getByRole('textbox', { name: 'Schedule' }).fill('0 * * *')
  await form.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Run now' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Start collection' }).click()
  await expect(page.getByRole('table', { name: 'History' })).toContainText('MB')
  await expect(page.getByRole('group', { name: 'Status' })).toContainText('tags verified')
  await picture(page, 'garbage-collection')

  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  await expect(page.getByRole('region', { name: 'Savings', exact: true })).toBeVisible()
  await picture(page, 'garbage-collection-dark')
})
