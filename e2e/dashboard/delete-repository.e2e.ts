import { expect, test } from '../hosts.ts'
import { expectNoOverflow, violations, violationsInBothSchemes } from '../page-checks.ts'

test('a repository is deleted by its name, comes back by Undo, and waits in the trash as one', async ({
  dashboard,
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await dashboard.signIn(page, 'administrator', '/repositories')
  const link = page.getByRole('link', { name: 'team/web', exact: true })
  const trashCan = page.getByRole('button', { name: 'Delete the repository team/web' })
  const dialog = page.getByRole('dialog', { name: 'Delete the repository team/web?' })
  const confirm = dialog.getByRole('button', { name: 'Delete repository' })

  await trashCan.click()
  await expect(dialog.getByText('go to the trash, as one entry.')).toBeVisible()
  await expect(dialog.getByLabel('To confirm, type team/web')).toBeFocused()
  await expect(confirm).toBeDisabled()
  expect(await violations(page)).toEqual([])
  await page.keyboard.type('team/we')
  await page.keyboard.press('Enter')
  await expect(dialog).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(trashCan).toBeFocused()

  const remove = async () => {
    await page.keyboard.type('team/web')
    await page.keyboard.press('Enter')
    await expect(page.getByText('Moved team/web to the trash')).toBeVisible()
    await expect(link).toBeHidden()
  }
  await page.keyboard.press('Enter')
  await expect(dialog.getByLabel('To confirm, type team/web')).toBeFocused()
  await remove()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('team/web is back')).toBeVisible()
  await expect(link).toBeVisible()

  // The same from its own page, which leads back to the list.
  await link.click()
  await page.getByRole('button', { name: 'Delete repository' }).click()
  await expect(dialog.getByLabel('To confirm, type team/web')).toBeFocused()
  await remove()
  await expect(page).toHaveURL(/\/repositories(\?|$)/)

  await page
    .getByRole('link', { name: /^Trash/ })
    .first()
    .click()
  const row = page.getByRole('row', { name: /team\/web/ })
  await expect(row).toContainText('whole repository')
  await row.getByRole('button', { name: /show the tags$/ }).click()
  await expect(page.getByRole('dialog', { name: 'Tags of team/web in the trash' })).toBeVisible()
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Restore team/web' }).click()
  await expect(page.getByText('Restored team/web')).toBeVisible()

  await page.getByRole('link', { name: 'Activity', exact: true }).first().click()
  await expect(
    page
      .getByRole('row', { name: /admin restored the repository team\/web from the trash/ })
      .first(),
  ).toBeVisible()
})

test('a developer is not offered to delete a repository', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'developer', '/repositories')
  await expect(page.getByRole('link', { name: 'team/web', exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: /^Delete the repository/ })).toHaveCount(0)
})

test('what takes the space is one click away, and is deleted from there', async ({
  dashboard,
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await dashboard.signIn(page, 'administrator', '/repositories')
  await page.getByRole('link', { name: 'What takes the space' }).click()
  await expect(page.getByRole('heading', { name: 'What takes the space' })).toBeFocused()
  const table = page.getByRole('table', { name: 'What takes the space' })
  const first = table.getByRole('row').nth(1)
  await expect(first.getByRole('link')).toBeVisible()
  const name = await first.getByRole('link').getAttribute('title')
  expect(await violationsInBothSchemes(page)).toEqual([])
  const desktop = page.viewportSize()
  await page.setViewportSize({ width: 360, height: 740 })
  await expectNoOverflow(page, 'what takes the space on a phone')
  if (desktop) await page.setViewportSize(desktop)
  await first.getByRole('button', { name: /^Delete / }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Delete image' }).click()
  await expect(page.getByText(/^Moved .* to the trash$/)).toBeVisible()
  await expect(table.getByTitle(name ?? '', { exact: true })).toHaveCount(0)
})
