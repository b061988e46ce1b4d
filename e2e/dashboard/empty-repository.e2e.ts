import { startCollection } from '../garbage-collection-page.ts'
import { violations } from '../page-checks.ts'
import { expect, test } from '../hosts.ts'

test('a repository without images is offered for removal, and removed', async ({
  dashboard,
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await dashboard.signIn(page, 'administrator', '/repositories/data/etl')
  await page.getByRole('button', { name: 'Delete nightly' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Delete the image and its 2 tags').click()
  await dialog.getByRole('button', { name: 'Delete image' }).click()
  await expect(page.getByText('No tags here')).toBeVisible()

  const goTo = (name: string) => page.getByRole('link', { name, exact: true }).first().click()
  const remove = page.getByRole('button', { name: 'Remove data/etl' })
  await goTo('Repositories')
  await expect(page.getByRole('link', { name: 'data/etl' })).toBeVisible()
  // What is in the trash may be restored.
  await expect(remove).toBeHidden()

  await goTo('Garbage collection')
  await page.getByRole('button', { name: 'Run now' }).click()
  await startCollection(page)
  await expect(page.getByRole('group', { name: 'Last savings' })).toContainText('kB')

  await goTo('Repositories')
  await expect(remove).toBeVisible()
  expect(await violations(page)).toEqual([])
  await remove.click()
  await expect(page.getByRole('dialog', { name: 'Remove data/etl?' })).toBeVisible()
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(remove).toBeFocused()
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Remove repository' }).click()
  await expect(page.getByText('Removed data/etl')).toBeVisible()
  await expect(page.getByRole('link', { name: 'data/etl' })).toBeHidden()
  await expect(page.getByRole('link', { name: 'team/web' })).toBeVisible()

  await goTo('Activity')
  await expect(
    page.getByRole('row', { name: /admin removed the empty repository data\/etl/ }),
  ).toBeVisible()
})
