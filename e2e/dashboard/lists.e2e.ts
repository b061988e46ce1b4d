import { violationsInBothSchemes } from '../page-checks.ts'
import { chooseOption } from '../choose-option.ts'
import { expect, test } from '../hosts.ts'
import { pushAgain } from '../push-again.ts'

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
  await chooseOption(page.getByLabel('Namespace'), 'team')
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
  await expect(page).toHaveURL(/sort=-size/)
  await expect(names.first()).toHaveText(/2\.0|latest/)
  await table.getByRole('button', { name: 'Size' }).click()
  await expect(names.last()).toHaveText(/2\.0|latest/)
  await expect(page).toHaveURL(/sort=size/)

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

test('long tags are told apart by their ends, and the table works by keys', async ({
  dashboard,
  page,
}) => {
  await page.setViewportSize({ width: 1280, height: 720 })
  await dashboard.signIn(page, 'developer', '/repositories/team/app?sort=name&filter=nightly')
  const table = page.getByRole('table', { name: 'Tags of team/app' })
  const beginning = 'nightly-2026-11-30-with-a-longer-name'
  const names = [`${beginning}-aa`, `${beginning}-ab`]
  for (const to of names) await pushAgain(page, { repository: 'team/app', from: '1.0', to })
  await page.reload()
  await expect(table.getByRole('rowheader')).toHaveCount(2)
  for (const name of names) {
    expect(name).toHaveLength(40)
    const link = table.getByRole('link', { name })
    const [end, cell] = [
      await link.getByText(name.slice(-12), { exact: true }).boundingBox(),
      await table.getByRole('rowheader', { name }).boundingBox(),
    ]
    if (end === null || cell === null) throw new Error(`${name} has no place`)
    expect(end.x + end.width).toBeLessThanOrEqual(cell.x + cell.width)
    await expect(link.locator('[title]')).toHaveAttribute('title', name)
  }

  const [first, second] = names.map((name) => table.getByRole('link', { name }))
  await expect(second!).toHaveAttribute('tabindex', '-1')
  await page.keyboard.press('j')
  await expect(first!).toBeFocused()
  await page.keyboard.press('j')
  await expect(second!).toBeFocused()
  await page.keyboard.press('x')
  const bar = page.getByRole('region', { name: 'Selection' })
  await expect(bar).toContainText('1 selected')
  await expect(table.getByRole('checkbox', { name: `Select ${names[1]}` })).toBeChecked()
  // What a filter hides of a selection is named, and can be left out.
  await page.keyboard.press('/')
  await page.keyboard.type('-aa')
  await expect(page.getByRole('searchbox', { name: 'Filter by tag or digest' })).toHaveValue(
    'nightly-aa',
  )
  await page.getByRole('searchbox', { name: 'Filter by tag or digest' }).fill('name-aa')
  await expect(bar).toContainText('1 selected, 1 hidden by the filter')
  await bar.getByRole('button', { name: 'Deselect hidden' }).click()
  await expect(bar).toBeHidden()

  await table.getByRole('link', { name: names[0]! }).focus()
  await page.keyboard.press('?')
  const keys = page.getByRole('dialog', { name: 'Keys' })
  await expect(keys).toContainText('Next row')
  expect(await violationsInBothSchemes(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(keys).toBeHidden()
  await table.getByRole('link', { name: names[0]! }).focus()
  await page.keyboard.press('#')
  await expect(page.getByRole('dialog', { name: `Delete ${names[0]}?` })).toBeVisible()
})
