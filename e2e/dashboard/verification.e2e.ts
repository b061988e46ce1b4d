import { expectNoOverflow, violations } from '../page-checks.ts'
import { chooseOption } from '../choose-option.ts'
import { expect, test } from '../hosts.ts'

const settings = '/settings/garbage-collection?open=verification'

test('an administrator verifies every tag, and the page shows who did', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', settings)
  const panel = page.getByRole('region', { name: 'Verification' })
  await expect(panel).toContainText('Not verified yet.')
  await panel.getByRole('button', { name: 'Verify now' }).click()
  await expect(panel).toContainText('17 of 17 tags verified: every manifest and layer they need')
  await expect(panel).toContainText('Sizes were compared. Asked for by admin')

  // By keyboard alone.
  await panel.getByRole('checkbox', { name: 'Read every byte' }).focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(panel).toContainText('Every byte was read.')
  await expect(panel).toContainText('17 of 17 tags verified')

  const all = panel.getByRole('table', { name: 'Verifications' })
  await expect(all.getByRole('row', { name: /every byte 17 of 17 tags whole/ })).toBeVisible()
  await all.getByRole('link').last().focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Verification of')
  await expect(page.getByRole('region', { name: 'Result' })).toContainText('Sizes were compared.')
  await expect(page.getByRole('region', { name: 'Log' })).toContainText('17 of 17 tags verified')

  await page.getByRole('link', { name: 'Activity' }).click()
  const table = page.getByRole('table', { name: 'Activity' })
  await chooseOption(page.getByLabel('Kind'), 'Collections')
  await expect(
    table.getByRole('row', { name: /admin asked for a verification of every tag.*every byte/ }),
  ).toBeVisible()
  await expect(
    table.getByRole('row', { name: /A verification ended.*17 of 17 tags verified/ }).first(),
  ).toBeVisible()
})

test('a developer reads that only administrators can verify', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'developer', settings)
  const panel = page.getByRole('region', { name: 'Verification' })
  await expect(panel).toContainText('Only administrators can verify')
  await expect(panel.getByRole('button')).toHaveCount(0)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the verification has no accessibility violation in the ${colorScheme} scheme`, async ({
    dashboard,
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await dashboard.signIn(page, 'administrator', settings)
    const panel = page.getByRole('region', { name: 'Verification' })
    await panel.getByRole('button', { name: 'Verify now' }).click()
    await expect(panel).toContainText('17 of 17 tags verified')
    expect(await violations(page)).toEqual([])
    await page.setViewportSize({ width: 360, height: 800 })
    await expectNoOverflow(page)
    await panel.getByRole('table').getByRole('link').first().click()
    await expect(page.getByRole('region', { name: 'Log' })).toContainText('17 of 17 tags')
    await expectNoOverflow(page)
    await page.setViewportSize({ width: 1280, height: 800 })
    expect(await violations(page)).toEqual([])
  })
}
