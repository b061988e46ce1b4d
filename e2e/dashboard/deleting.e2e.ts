import { pushAgain } from '../push-again.ts'
import { expect, test } from '../hosts.ts'

test('a deleted image disappears from the list, and Undo brings it back', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/app')
  const tags = page.getByRole('table', { name: 'Tags of team/app' })
  await tags.getByRole('button', { name: 'Delete 1.0' }).click()

  const dialog = page.getByRole('dialog', { name: 'Delete 1.0?' })
  await expect(dialog).toContainText('145.05 kB')
  await dialog.getByRole('button', { name: 'Delete image' }).click()
  await expect(tags.getByRole('link', { name: '1.0', exact: true })).toBeHidden()

  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(tags.getByRole('link', { name: '1.0', exact: true })).toBeVisible()
})

test('deleting one of two tags of an image deletes only that tag by default', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/app')
  const tags = page.getByRole('table', { name: 'Tags of team/app' })
  await tags.getByRole('button', { name: 'Delete stable' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete stable?' })
  await expect(dialog.getByRole('radio', { name: 'Delete only this tag' })).toBeChecked()
  await dialog.getByRole('button', { name: 'Delete tag' }).click()
  await expect(tags.getByRole('link', { name: 'stable', exact: true })).toBeHidden()
  await expect(tags.getByRole('link', { name: '1.2', exact: true })).toBeVisible()
})

test('the image with all its tags goes to the trash, and is restored from there', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/app')
  const tags = page.getByRole('table', { name: 'Tags of team/app' })
  await tags.getByRole('button', { name: 'Delete 2.0' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete 2.0?' })
  await dialog.getByText('Delete the image and its 2 tags').click()
  await dialog.getByRole('button', { name: 'Delete image' }).click()
  await expect(tags.getByRole('link', { name: 'latest', exact: true })).toBeHidden()

  await page.getByRole('link', { name: /^Trash/ }).click()
  const row = page.getByRole('row', { name: /team\/app/ })
  await expect(row).toContainText('2.0')
  await row.getByRole('button', { name: /^Restore/ }).click()
  await expect(row).toBeHidden()

  await page.getByRole('link', { name: 'Repositories' }).first().click()
  await page.getByRole('link', { name: 'team/app' }).click()
  await expect(tags.getByRole('link', { name: '2.0', exact: true })).toBeVisible()
  await expect(tags.getByRole('link', { name: 'latest', exact: true })).toBeVisible()
})

test('a person who may only read cannot delete', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'developer', '/repositories/library/base')
  const trashCan = page.getByRole('button', { name: /^Delete 12/ }).first()
  await expect(trashCan).toBeVisible()
  await expect(trashCan).toBeDisabled()
})

test('a tag that is pushed again while the dialog is open is not deleted before the person sees it', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/app')
  await page.getByRole('button', { name: 'Delete 1.0' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete 1.0?' })
  await expect(dialog).toContainText('145.05 kB')
  await pushAgain(page, { repository: 'team/app', from: '1.1', to: '1.0' })
  await dialog.getByRole('button', { name: 'Delete image' }).click()
  await expect(dialog.getByRole('alert')).toContainText('This has changed since you opened it')
  // It shows the image of 1.1 now, which stays.
  await dialog.getByRole('button', { name: 'Delete tag' }).click()
  await expect(page.getByRole('link', { name: '1.0', exact: true })).toBeHidden()
  await expect(page.getByRole('link', { name: '1.1', exact: true })).toBeVisible()
})
