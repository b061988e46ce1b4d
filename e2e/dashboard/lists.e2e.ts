import { expect, test } from '../hosts.ts'

test('repositories are filtered and sorted, and the address keeps that', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page)
  const table = page.getByRole('table', { name: 'Repositories' })
  const names = table.getByRole('rowheader')
  await expect(names).toHaveText([/data\/etl/, /library\/base/, /team\/app/, /team\/web/])
  await table.getByRole('button', { name: 'Tags' }).click()
  await expect(names).toHaveText([/team\/app/, /team\/web/, /library\/base/, /data\/etl/])
  await page.getByLabel('Namespace').selectOption('team')
  await page.getByRole('searchbox', { name: 'Filter repositories' }).fill('web')
  await expect(page.getByRole('status').filter({ hasText: '1 of 4 repositories' })).toBeVisible()
  await page.reload()
  await expect(names).toHaveText([/team\/web/])

  await page.getByRole('searchbox', { name: 'Filter repositories' }).fill('nothing is called so')
  await expect(page.getByText('No repository matches the filter')).toBeVisible()
  await page.getByRole('button', { name: 'Clear filter' }).last().click()
  await expect(names).toHaveCount(4)
})

test('tags are filtered and sorted, and show what they are', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/app')
  const table = page.getByRole('table', { name: 'Tags of team/app' })
  const names = table.getByRole('rowheader').getByRole('link')
  await expect(table.getByRole('row', { name: /2\.0/ }).first()).toContainText(
    /amd64 · arm64.*1\.79 MB.*1\.09 MB.*signature, SBOM/,
  )
  await table.getByRole('button', { name: 'Size' }).click()
  await expect(names.first()).toHaveText(/2\.0|latest/)
  await table.getByRole('button', { name: 'Size' }).click()
  await expect(names.last()).toHaveText(/2\.0|latest/)
  await expect(page).toHaveURL(/sort=/)

  const filter = page.getByRole('searchbox', { name: 'Filter by tag or digest' })
  await filter.fill('1.')
  await expect(page.getByRole('status').filter({ hasText: '3 of 6 tags' })).toBeVisible()
  await page.reload()
  await expect(names).toHaveCount(3)
  await filter.fill('no such tag')
  await expect(page.getByText('No tag matches the filter')).toBeVisible()
  await page.getByRole('button', { name: 'Clear filter' }).last().click()
  await expect(names).toHaveCount(6)
})

test('a missing page or repository says so, and links back', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/nope')
  await expect(page.getByText('There is no repository team/nope')).toBeVisible()
  await page.getByRole('link', { name: 'Go to the repositories' }).click()
  await expect(page.getByRole('link', { name: 'team/app' })).toBeVisible()
  await page.goto(`${dashboard.origin}/no/such/page`)
  await expect(page.getByText('There is nothing at this address')).toBeVisible()
  await page.goto(`${dashboard.origin}/repositories/team/app?tag=9.9`)
  await expect(page.getByRole('dialog')).toContainText('There is no tag 9.9')
})
