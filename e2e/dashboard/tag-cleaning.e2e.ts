import { chooseOption } from '../choose-option.ts'
import { expect, test } from '../hosts.ts'
import { adminName, adminPassword } from '../server-process.ts'
import { expectNoOverflow, violationsInBothSchemes } from '../page-checks.ts'

const policy = `rules:
  - protect: { tags: [stable] }
  - keep: { tags: [latest] }
  - remove: { tags: ['1.*'] }
`

test('tags say what the rules in force would do, and the protected ones why they stay', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', '/repositories')
  const status = await page.evaluate(async (body) => {
    const headers = { 'Content-Type': 'application/yaml', 'X-Jetsam-Client': 'dashboard' }
    const to = '/api/v0/retention/policies/team/app'
    return (await fetch(to, { method: 'PUT', headers, body })).status
  }, policy)
  expect(status).toBe(200)
  await page.getByRole('link', { name: 'team/app' }).first().click()
  const row = (tag: string) =>
    page
      .getByRole('row')
      .filter({ has: page.getByRole('checkbox', { name: `Select ${tag}`, exact: true }) })
  await expect(row('1.1')).toContainText('would go')
  await expect(row('latest')).toContainText('kept')
  await expect(row('stable')).toContainText('protected')
  await expect(row('2.0')).not.toContainText(/would go|kept|protected/)
  await expect(row('2.0')).toContainText(/none since/)
  const trashCan = page.getByRole('button', { name: 'Delete stable', exact: true })
  await expect(trashCan).toHaveAttribute('aria-disabled', 'true')
  await expect(trashCan).toHaveAccessibleDescription(/Protect tags stable/)
  expect(await violationsInBothSchemes(page)).toEqual([])

  await page.getByRole('button', { name: 'Filters' }).click()
  await chooseOption(page.getByRole('combobox', { name: 'Cleaning' }), 'would go')
  await expect(page).toHaveURL(/verdict=removed/)
  await expect(page.getByText('3 of 6 tags')).toBeVisible()
  await expect(page.getByRole('checkbox', { name: 'Select stable' })).toBeHidden()

  await page.getByRole('link', { name: '1.1', exact: true }).click()
  const drawer = page.getByRole('dialog', { name: 'team/app:1.1' })
  await expect(drawer).toContainText('Would go by the policy of team/app: Remove tags 1.*')
  await expect(drawer).toContainText('Cleaning is not scheduled.')
  await page.keyboard.press('Escape')
  await expect(drawer).toBeHidden()
  await page.setViewportSize({ width: 390, height: 844 })
  await expectNoOverflow(page)
})

test('an image that lost its tag is listed, deleted and brought back', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', '/repositories')
  const pushed = await page.evaluate(async (credentials) => {
    const headers = { Authorization: `Basic ${btoa(credentials)}` }
    const other = await fetch('/v2/team/app/manifests/1.1', { headers, credentials: 'omit' })
    const type = { 'Content-Type': other.headers.get('Content-Type') ?? '' }
    const moved = await fetch('/v2/team/app/manifests/1.0', {
      method: 'PUT',
      headers: { ...headers, ...type },
      body: await other.text(),
      credentials: 'omit',
    })
    return moved.status
  }, `${adminName}:${adminPassword}`)
  expect(pushed).toBe(201)
  await page.getByRole('link', { name: 'team/app' }).first().click()
  await page.getByRole('link', { name: 'Untagged' }).click()
  await expect(page.getByText('1 untagged image')).toBeVisible()
  await expect(page.getByRole('row', { name: /sha256/ })).toContainText('was 1.0')
  expect(await violationsInBothSchemes(page)).toEqual([])
  await page.setViewportSize({ width: 390, height: 844 })
  await expectNoOverflow(page)
  await page.setViewportSize({ width: 1280, height: 800 })

  await page.getByRole('checkbox', { name: /^Select sha256/ }).check()
  const bar = page.getByRole('region', { name: 'Selection' })
  await expect(bar).toContainText(/frees .* at the next collection/)
  await bar.getByRole('button', { name: 'Delete 1 image' }).click()
  const dialog = page.getByRole('dialog', { name: /^Delete sha256/ })
  await dialog.getByRole('button', { name: 'Delete image' }).click()
  await expect(page.getByText('Every image has a tag')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('1 untagged image')).toBeVisible()
})
