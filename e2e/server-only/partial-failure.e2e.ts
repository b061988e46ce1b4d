import { expect, test } from '../hosts.ts'

test('when one of several deletions fails, it stays selected and says why, and the others are done', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/web')
  const table = page.getByRole('table', { name: 'Tags of team/web' })
  for (const tag of ['pr-1184', 'pr-1185', 'pr-1187']) {
    await table.getByRole('checkbox', { name: `Select ${tag}` }).check()
  }
  // One request per image: the second of the three is refused.
  let deletions = 0
  await page.route('**/api/v0/repositories/**', async (route) => {
    if (route.request().method() === 'DELETE' && ++deletions === 2) {
      const errors = [{ code: 'UNKNOWN', message: 'the disk is full' }]
      await route.fulfill({ status: 500, json: { errors } })
    } else await route.continue()
  })
  await page.getByRole('button', { name: 'Delete 3 tags' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Delete 3 images' }).click()
  await expect(dialog.getByRole('alert')).toContainText('1 deletion failed')
  await expect(dialog.getByRole('alert')).toContainText(/pr-118\d: the disk is full/i)
  await dialog.getByRole('button', { name: 'Close' }).last().click()

  const bar = page.getByRole('region', { name: 'Selection' })
  await expect(bar).toContainText('1 selected')
  await expect(table.getByRole('rowheader', { name: /^pr-/ })).toHaveCount(1)
  await expect(table.getByRole('img', { name: 'Not deleted: The disk is full' })).toBeVisible()
  await bar.getByRole('button', { name: 'Delete 1 tag' }).click()
  await dialog.getByRole('button', { name: 'Delete image' }).click()
  await expect(table.getByRole('rowheader', { name: /^pr-/ })).toHaveCount(0)
})
