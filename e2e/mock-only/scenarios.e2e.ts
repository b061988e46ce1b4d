import { violationsInBothSchemes } from '../page-checks.ts'
import { deleteImage } from '../delete-image.ts'
import { chooseOption } from '../choose-option.ts'
import { expect, test } from '../hosts.ts'

test('changes survive a reload of the page', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/app')
  const tags = page.getByRole('table', { name: 'Tags of team/app' })
  await deleteImage(page, '1.0')
  await page.reload()
  await expect(tags.getByRole('link', { name: '1.1', exact: true })).toBeVisible()
  await expect(tags.getByRole('link', { name: '1.0', exact: true })).toBeHidden()
})

test('a hundred thousand tags are filtered while a person types, and drawn two hundred at a time', async ({
  dashboard,
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await dashboard.signIn(page, 'administrator', '/repositories/team/monorepo?mock=huge')
  await expect(page.getByText('100,000 tags', { exact: true })).toBeVisible({ timeout: 60_000 })
  await page.getByRole('searchbox', { name: 'Filter by tag or digest' }).fill('build-099999')
  await expect(page.getByRole('link', { name: 'build-099999' })).toBeVisible()

  // The map shows what the filter leaves.
  await page.getByRole('searchbox', { name: 'Filter by tag or digest' }).fill('')
  await expect(page.getByRole('link', { name: 'build-000003' })).toBeVisible()
  await page.getByRole('link', { name: 'Layer map' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'The first 200 images' })).toBeVisible()
  const map = page.getByRole('group', { name: 'Layer map of team/monorepo' })
  const image = map.getByRole('button', { name: /^Image build-000003/ })
  const middle = async () => {
    const box = await image.boundingBox()
    return box && box.y + box.height / 2
  }
  // The click would scroll to it.
  await image.scrollIntoViewIfNeeded()
  const before = await middle()
  await image.click()
  await expect(
    page.getByRole('region', { name: 'What would go and what would stay' }),
  ).toContainText(/Deleting build-000003 .+ frees 3\.93 kB: .+ goes/)
  // The text about it does not move it away from the pointer.
  expect(await middle()).toBe(before)
  expect(await violationsInBothSchemes(page)).toEqual([])
})

test('a person finds their place among a hundred thousand tags', async ({ dashboard, page }) => {
  await page.setViewportSize({ width: 1280, height: 720 })
  await dashboard.signIn(page, 'administrator', '/repositories/team/monorepo?mock=huge')
  const count = page.getByRole('status').filter({ hasText: '100,000 tags' })
  await expect(count).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText(/^1–\d+ of $/)).toBeVisible()

  // Toolbar and head stay in sight.
  await page.evaluate(() => window.scrollTo(0, 1000))
  await expect(page.getByText(/^1\d–[23]\d of $/)).toBeVisible()
  await expect(count).toBeInViewport()
  await expect(page.getByRole('button', { name: 'Freed if deleted' })).toBeInViewport()

  await page.getByRole('button', { name: 'Tag', exact: true }).click()
  await page.getByRole('button', { name: 'Filters' }).click()
  const filters = page.getByRole('region', { name: 'Filters' })
  await chooseOption(filters.getByLabel('Jump to'), 'C')
  await expect(page).toHaveURL(/sort=name&at=c$/)
  await expect(page.getByText('No tag matches the filter')).toBeVisible()
  await chooseOption(filters.getByLabel('Jump to'), 'B')
  await expect(page.getByRole('link', { name: 'build-000000' })).toBeVisible()
})

test('a place among a hundred thousand tags is in the address', async ({ dashboard, page }) => {
  await page.setViewportSize({ width: 1280, height: 720 })
  const address = '/repositories/team/monorepo?mock=huge&sort=name&at=build-050000'
  await dashboard.signIn(page, 'administrator', address)
  const filters = page.getByRole('region', { name: 'Filters' })
  await expect(filters).toContainText('50,000 tags before', { timeout: 60_000 })
  await expect(page.getByRole('link', { name: 'build-050000' })).toBeVisible()
  await expect(page.getByText(/^50,001–50,0\d\d of $/)).toBeVisible()
  await chooseOption(filters.getByLabel('Frees'), 'over 1 MB')
  await expect(page.getByText('No tag matches the filter')).toBeVisible()
  await filters.getByRole('button', { name: 'Clear filters' }).click()
  await expect(page).toHaveURL(/team\/monorepo\?(?:mock=huge&)?sort=name$/)
})

test('every page says that a collection runs', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'administrator', '/repositories?mock=busy')
  await expect(page.getByText('Garbage collection is running')).toBeVisible()
  await page.getByRole('link', { name: /^Trash/ }).click()
  await expect(page.getByText('Garbage collection is running')).toBeVisible()
})

test('a failure is shown in the server’s own words, and can be tried again', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'developer', '/repositories?mock=failing')
  const failure = page.getByRole('alert').filter({ hasText: 'Couldn’t load' })
  await expect(failure).toContainText('This mock scenario fails on purpose')
  await failure.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('link', { name: 'team/app' })).toBeVisible()
  await expect(failure).toBeHidden()
})

test('a list that loads keeps its place, and shows nothing that may be wrong', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/app?mock=slow')
  await expect(page.getByText('Loading', { exact: true })).toBeAttached()
  await expect(page.getByText(/no tag/i)).toBeHidden()
  await expect(page.getByRole('button', { name: 'Delete 1.2' })).toBeVisible()
  await expect(page.getByText('Loading', { exact: true })).not.toBeAttached()
})

test('damage that a verification finds is shown in the navigation, the status and on the tag', async ({
  dashboard,
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await dashboard.signIn(page, 'administrator', '/settings/garbage-collection?mock=damaged')
  const status = page.getByRole('group', { name: 'Status' })
  await expect(status).toContainText('Not verified yet')
  await status.getByRole('button', { name: 'Verify…' }).click()
  const panel = page.getByRole('region', { name: 'Verification' })
  await panel.getByRole('checkbox', { name: 'Read every byte' }).check()
  await panel.getByRole('button', { name: 'Verify now' }).click()
  await expect(status).toContainText('2 broken tags')
  await expect(status).toContainText('15 of 17 tags whole')
  await expect(page.getByRole('link', { name: 'Garbage collection 2 broken tags' })).toBeVisible()
  // Whole digests are in the details, which are closed.
  await expect(panel).not.toContainText(/[0-9a-f]{64}/, { useInnerText: true })
  expect(await violationsInBothSchemes(page)).toEqual([])

  await page.getByRole('button', { name: 'Close the verification' }).click()
  const [first] = await status.getByRole('listitem').getByRole('link').all()
  const name = (await first?.textContent()) ?? ''
  await first?.click()
  await expect(page.getByRole('dialog')).toContainText('This image is not whole')
  await page.keyboard.press('Escape')
  const tag = name.slice(name.indexOf(':') + 1)
  await expect(
    page.getByRole('row').filter({ has: page.getByRole('link', { name: tag, exact: true }) }),
  ).toContainText('not whole')
})
