import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { expect, test } from '../hosts.ts'

/** The pictures of the README. They are written only on request: UPDATE_SCREENSHOTS=1. */
const folder = fileURLToPath(new URL('../screenshots', import.meta.url))

async function picture(page: Page, name: string): Promise<void> {
  const update = process.env.UPDATE_SCREENSHOTS === '1'
  const path = join(folder, `${name}.png`)
  // A hint appears under the pointer.
  await page.mouse.move(0, 0)
  const taken = await page.screenshot(update ? { path } : {})
  expect(taken.byteLength).toBeGreaterThan(0)
}

test('the screens in the README, of a registry with a past', async ({ dashboard, page }) => {
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await dashboard.signIn(
    page,
    'administrator',
    '/repositories/shop/checkout?mock=history&sort=-freedSize',
  )
  const tags = page.getByRole('table', { name: 'Tags of shop/checkout' })
  for (const tag of ['4.18.0', '4.18.1']) {
    await tags.getByRole('checkbox', { name: `Select ${tag}` }).check()
  }
  await expect(page.getByRole('region', { name: 'Selection' })).toContainText(
    'at the next collection',
  )
  await picture(page, 'tags')
  await page.getByRole('button', { name: 'Clear' }).click()

  await tags.getByRole('button', { name: 'Delete 4.18.2' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete 4.18.2?' })
  await dialog.getByText('Delete the image and its 4 tags').click()
  await expect(dialog.getByRole('button', { name: 'Delete image' })).toBeEnabled()
  await picture(page, 'delete')
  await page.keyboard.press('Escape')

  await page.getByRole('link', { name: 'Layer map' }).click()
  await page.getByRole('searchbox', { name: 'Filter by tag or digest' }).fill('4.1')
  await expect(page.getByRole('button', { name: /^Image main/ })).toHaveCount(0)
  await page.getByRole('button', { name: /^Image .*4\.18\.1/ }).click()
  await expect(page.getByText(/^Deleting/)).toBeVisible()
  await page.evaluate(() => window.scrollTo(0, 330))
  await picture(page, 'layer-map')
  await page.evaluate(() => window.scrollTo(0, 0))

  await page.getByRole('link', { name: 'Garbage collection' }).click()
  const savings = page.getByRole('region', { name: 'Savings', exact: true })
  await expect(savings.getByRole('group', { name: /Bytes freed, by cause/ })).toBeVisible()
  await expect(page.getByRole('group', { name: 'Status' })).toContainText('tags whole')
  await picture(page, 'garbage-collection')
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  // What fades from one scheme to the other has done so when the page begins in it.
  await page.reload()
  await expect(page.locator('html[data-mantine-color-scheme="dark"]')).toBeVisible()
  await expect(savings.getByRole('group', { name: /Bytes freed, by cause/ })).toBeVisible()
  await expect(page.getByRole('group', { name: 'Status' })).toContainText('tags whole')
  await picture(page, 'garbage-collection-dark')
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })

  await page.getByRole('button', { name: 'Preview' }).click()
  await expect(page.getByRole('region', { name: 'Plan' })).toContainText('Nothing is deleted yet')
  await page.evaluate(() => window.scrollTo(0, 0))
  await picture(page, 'plan')

  await page.goto(`${dashboard.origin}/settings/garbage-collection/runs/past-83`)
  const log = page.getByRole('region', { name: 'Log' })
  await expect(log.getByRole('status')).toContainText('lines')
  await picture(page, 'run')
})
