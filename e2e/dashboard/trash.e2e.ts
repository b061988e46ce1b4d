import { openSettings, startCollection } from '../garbage-collection-page.ts'
import type { Page } from '@playwright/test'
import { pushAgain } from '../push-again.ts'
import { deleteImage } from '../delete-image.ts'
import { expect, test } from '../hosts.ts'

const openTrash = (page: Page) => page.getByRole('link', { name: /^Trash/ }).click()

test('several entries are restored at once', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/web')
  for (const tag of ['pr-1184', 'pr-1185']) await deleteImage(page, tag)
  await openTrash(page)
  const table = page.getByRole('table', { name: 'Trash' })
  await expect(table.getByRole('row', { name: /pr-1185/ })).toContainText(
    /by dana.*kB.*next collection/,
  )
  const filter = page.getByRole('searchbox', { name: 'Filter by repository, tag or digest' })
  await filter.fill('nothing like it')
  await expect(page.getByText('No image matches the filter')).toBeVisible()
  await filter.fill('')
  await table.getByRole('checkbox', { name: 'Select all shown' }).check()
  await page.getByRole('button', { name: 'Restore 2 images' }).click()
  await expect(page.getByText('The trash is empty')).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('link', { name: 'pr-1184', exact: true })).toBeVisible()
  await expect(page.getByRole('link', { name: 'pr-1185', exact: true })).toBeVisible()
})

test('an entry in retention goes with the next collection after it is deleted forever', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', '/settings/garbage-collection')
  const form = await openSettings(page)
  await form.getByRole('textbox', { name: 'Keep deleted images at least' }).fill('7')
  await form.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Saved the garbage collection settings')).toBeVisible()
  await page.getByRole('link', { name: 'Repositories' }).first().click()
  await page.getByRole('link', { name: 'team/web' }).click()
  await deleteImage(page, 'pr-1187')
  await openTrash(page)
  const row = page.getByRole('row', { name: /pr-1187/ })
  await expect(row).toContainText('in 7 days')
  const forever = row.getByRole('button', { name: 'Delete team/web:pr-1187 forever' })
  await forever.click()
  const question = page.getByRole('dialog', { name: 'Delete team/web:pr-1187 forever?' })
  await expect(question).toContainText('The next collection takes it')
  await question.getByRole('button', { name: 'Delete forever' }).click()
  await expect(row).toContainText('next collection')
  await expect(forever).toBeDisabled()

  await page.getByRole('link', { name: 'Garbage collection' }).click()
  await page.getByRole('button', { name: 'Run now' }).click()
  await startCollection(page)
  await expect(page.getByRole('group', { name: 'Last savings' })).toContainText('kB')
  await openTrash(page)
  await expect(page.getByText('The trash is empty')).toBeVisible()
})

for (const { choice, comesBackAs } of [
  { choice: 'Restore it under another name', comesBackAs: 'as-it-was' },
  { choice: 'Replace what is there', comesBackAs: '1.0' },
]) {
  test(`a restored tag that shows another image now: ${choice}`, async ({ dashboard, page }) => {
    await dashboard.signIn(page, 'developer', '/repositories/team/app')
    const digestOf = (tag: string) =>
      page.getByRole('button', { name: `Copy digest of ${tag}`, exact: true }).locator('..')
    const digest = (await digestOf('1.0').innerText()).trim()
    await deleteImage(page, '1.0')
    await pushAgain(page, { repository: 'team/app', from: '1.1', to: '1.0' })
    await openTrash(page)
    await page.getByRole('button', { name: 'Restore team/app:1.0' }).click()
    const dialog = page.getByRole('dialog', { name: 'Restore team/app:1.0' })
    await expect(dialog).toContainText('1.0 shows another image by now')
    await dialog.getByRole('radio', { name: choice }).check()
    const name = dialog.getByLabel('New name for 1.0')
    if (comesBackAs !== '1.0') await name.fill(comesBackAs)
    else await expect(name).toBeHidden()
    await dialog.getByRole('button', { name: 'Restore' }).click()
    await expect(dialog).toBeHidden()
    await page.getByRole('link', { name: 'Repositories' }).first().click()
    await page.getByRole('link', { name: 'team/app' }).click()
    await expect(digestOf(comesBackAs)).toHaveText(digest)
  })
}
