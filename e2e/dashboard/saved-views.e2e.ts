import { expect, test } from '../hosts.ts'

test('a view is saved, shown again, renamed and deleted by keys, and the map has it too', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/app?filter=1.&sort=name')
  const rows = page.getByRole('table', { name: 'Tags of team/app' }).getByRole('rowheader')
  await expect(rows.first()).toBeVisible()
  const shown = await rows.count()
  await page.getByRole('button', { name: 'Filters', exact: true }).press('Enter')
  await page.getByRole('button', { name: 'Views', exact: true }).press('Enter')
  await expect(page.getByLabel('Save this view as')).toBeFocused()
  await page.keyboard.type('first releases')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Views, first releases is shown' })).toBeFocused()

  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect.poll(() => rows.count()).toBeGreaterThan(shown)
  await page.reload()
  await page.getByRole('button', { name: 'Filters', exact: true }).press('Enter')
  await page.getByRole('button', { name: 'Views', exact: true }).press('Enter')
  await page.getByRole('button', { name: 'first releases', exact: true }).press('Enter')
  await expect(page).toHaveURL(/filter=1\.&/)
  await expect(rows).toHaveCount(shown)

  await page.getByRole('link', { name: 'Layer map' }).click()
  await page.getByRole('button', { name: 'Filters', exact: true }).click()
  await page.getByRole('button', { name: 'Views', exact: true }).press('Enter')
  const views = page.getByRole('dialog', { name: 'Views' })
  await views.getByRole('button', { name: 'first releases', exact: true }).press('Enter')
  await expect(page).toHaveURL(/tab=layer-map/)
  await expect(page.getByRole('searchbox', { name: 'Filter by tag or digest' })).toHaveValue('1.')
  await expect(page.getByRole('button', { name: /^Image nightly/ })).toHaveCount(0)

  await page.getByRole('button', { name: 'Views, first releases is shown' }).press('Enter')
  await views.getByRole('button', { name: 'Rename first releases' }).press('Enter')
  await expect(page.getByLabel('New name of first releases')).toBeFocused()
  await page.keyboard.type('releases')
  await page.keyboard.press('Enter')
  await views.getByRole('button', { name: 'Delete view releases' }).press('Enter')
  await expect(views.getByText(/^Save filters and order under a name/)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Views', exact: true })).toBeFocused()
  await page.reload()
  await page.getByRole('button', { name: /^Filters/ }).click()
  await page.getByRole('button', { name: /^Views/ }).press('Enter')
  await expect(views.getByRole('button', { name: 'releases', exact: true })).toHaveCount(0)
})
