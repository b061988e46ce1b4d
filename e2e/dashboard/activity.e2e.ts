import { startCollection } from '../garbage-collection-page.ts'
import type { Page } from '@playwright/test'
import { expectNoOverflow, violations } from '../page-checks.ts'
import { deleteImage } from '../delete-image.ts'
import { chooseOption } from '../choose-option.ts'
import { expect, test } from '../hosts.ts'

/** Deletes an image and restores it, as a developer does. */
async function deleteAndUndo(page: Page, tag: string): Promise<void> {
  const tags = page.getByRole('table', { name: 'Tags of team/app' })
  await deleteImage(page, tag)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(tags.getByRole('link', { name: tag, exact: true })).toBeVisible()
}

test('the activity shows a person’s acts, is filtered, and keeps the filter in the address', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/app')
  await deleteAndUndo(page, '1.0')
  await page.getByRole('link', { name: 'Activity' }).first().click()
  const table = page.getByRole('table', { name: 'Activity' })
  await expect(table.getByRole('row', { name: /dana deleted team\/app:1\.0/ })).toBeVisible()
  await expect(table.getByRole('row', { name: /dana restored team\/app:1\.0/ })).toBeVisible()
  await expect(table.getByRole('row', { name: /pushed/ }).first()).toBeVisible()

  await chooseOption(page.getByLabel('Kind'), 'Deleted')
  await expect(table.getByRole('row', { name: /pushed/ })).toHaveCount(0)
  await chooseOption(page.getByLabel('Person'), 'dana (you)')
  await expect(page.getByRole('status').filter({ hasText: '1 entry' })).toBeVisible()
  await expect(page).toHaveURL(/kind=deleted&person=dana/)
  await page.reload()
  await expect(page.getByRole('status').filter({ hasText: '1 entry' })).toBeVisible()

  await page.getByLabel('Repository').fill('library/')
  await page.getByRole('button', { name: 'Clear filter' }).click()
  await expect(table.getByRole('row', { name: /pushed/ }).first()).toBeVisible()

  await table.getByRole('link', { name: 'team/app:1.0' }).first().click()
  await expect(page.getByRole('heading', { name: 'team/app', level: 1 })).toBeVisible()
})

test('a repository has its own activity, which follows its changes', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/app')
  await deleteImage(page, '1.0')
  await page
    .getByRole('navigation', { name: 'Views of team/app' })
    .getByRole('link', { name: 'Activity' })
    .click()
  const table = page.getByRole('table', { name: 'Activity of team/app' })
  await expect(table.getByRole('row', { name: /dana deleted 1\.0/ })).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(table.getByRole('row', { name: /dana restored 1\.0/ })).toBeVisible()

  await table.getByRole('button', { name: 'Details of: image deleted 1.0' }).click()
  await expect(page.getByRole('dialog', { name: 'Image deleted' })).toContainText(
    /sha256:[a-f0-9]{64}/,
  )
})

test('administrators see settings, people and collections too', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'administrator', '/repositories/team/web')
  await deleteImage(page, 'pr-1184')
  await page.getByRole('link', { name: 'Garbage collection' }).click()
  await page.getByRole('button', { name: 'Run now' }).click()
  await startCollection(page)
  await expect(page.getByRole('group', { name: 'Last savings' })).toContainText('kB')

  await page.getByRole('link', { name: 'Activity' }).click()
  const table = page.getByRole('table', { name: 'Activity' })
  await expect(
    table.getByRole('row', { name: /A collection took team\/web:pr-1184 from the trash for good/ }),
  ).toBeVisible()
  await expect(table.getByRole('row', { name: /admin started a collection/ })).toBeVisible()
  await table
    .getByRole('row', { name: /A collection ended done, .* freed/ })
    .getByRole('link')
    .click()
  await expect(page).toHaveURL(/garbage-collection\/runs\//)

  await page.goBack()
  await chooseOption(page.getByLabel('Kind'), 'Signing in')
  await expect(table.getByRole('row', { name: /admin signed in/ })).toBeVisible()
  await chooseOption(page.getByLabel('Time'), 'Custom range…')
  await page.getByLabel('To day').fill('2020-01-01')
  await expect(page.getByText('No entry matches the filter')).toBeVisible()
})

test('a developer sees no activity of hidden repositories', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'developer', '/activity')
  const table = page.getByRole('table', { name: 'Activity' })
  await expect(table.getByRole('row', { name: /dana signed in/ })).toBeVisible()
  await expect(
    table.getByRole('row', { name: /admin signed in|created the account admin/ }),
  ).toHaveCount(0)
  await expect(table.getByRole('columnheader', { name: 'From' })).toHaveCount(0)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the activity has no accessibility violation in the ${colorScheme} scheme, and fits a phone`, async ({
    dashboard,
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await dashboard.signIn(page, 'administrator', '/activity?range=days')
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('table', { name: 'Activity' }).waitFor()
    expect(await violations(page)).toEqual([])
    await expectNoOverflow(page)

    await page
      .getByRole('button', { name: /^Details of/ })
      .first()
      .click()
    await page.getByRole('dialog').waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')

    await page.goto(`${dashboard.origin}/repositories/team/app?tab=activity`)
    await page.getByRole('table', { name: 'Activity of team/app' }).waitFor()
    expect(await violations(page)).toEqual([])
    await expectNoOverflow(page)
  })
}
