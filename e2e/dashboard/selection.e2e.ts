import { expect, test } from '../hosts.ts'

test('a range of tags is selected, shows what it frees, is deleted and restored', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/web?sort=name')
  const table = page.getByRole('table', { name: 'Tags of team/web' })
  await table.getByRole('checkbox', { name: 'Select pr-1184' }).check()
  await table.getByRole('checkbox', { name: 'Select pr-1187' }).click({ modifiers: ['Shift'] })
  const bar = page.getByRole('region', { name: 'Selection' })
  await expect(bar).toContainText('3 selected')
  // Each has its own layer and configuration; what they share counts once, and stays.
  await expect(bar).toContainText(/frees 281\.\d+ kB at the next collection/)
  await expect(bar).toContainText(/1\.09 MB stay: .+ more images use them/)

  await bar.getByRole('button', { name: 'Delete 3 tags' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete 3 tags?' })
  await expect(dialog.getByRole('row', { name: /pr-118/ })).toHaveCount(3)
  await dialog.getByRole('button', { name: 'Delete 3 images' }).click()
  await expect(table.getByRole('rowheader')).toHaveCount(2)
  await expect(bar).toBeHidden()
  await expect(page.getByText('Moved 3 images to the trash')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(table.getByRole('rowheader')).toHaveCount(5)
})

test('all tags that match the filter are selected and cleared', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/app?filter=1.')
  await page.getByRole('checkbox', { name: 'Select all shown' }).check()
  const bar = page.getByRole('region', { name: 'Selection' })
  await expect(bar).toContainText('3 selected')
  await expect(page.getByRole('checkbox', { name: 'Select 1.2' })).toBeChecked()
  await bar.getByRole('button', { name: 'Clear' }).click()
  await expect(bar).toBeHidden()
})
