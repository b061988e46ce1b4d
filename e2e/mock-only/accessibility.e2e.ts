import type { Page } from '@playwright/test'
import { expectNoOverflow, violationsInBothSchemes } from '../page-checks.ts'
import { policyText } from '../cleaning-page.ts'
import { closeSettings, openSettings, startCollection } from '../garbage-collection-page.ts'
import { deleteImage } from '../delete-image.ts'
import { expect, test } from '../hosts.ts'

/** Checks the present state, for both schemes, and on the narrowest supported phone. */
async function expectNoViolation(page: Page, screen: string): Promise<void> {
  expect(await violationsInBothSchemes(page), screen).toEqual([])
  const desktop = page.viewportSize()
  await page.setViewportSize({ width: 360, height: 740 })
  await expectNoOverflow(page, `${screen} on a phone`)
  if (desktop) await page.setViewportSize(desktop)
}

// A dialog is checked when it is there, not while it fades.
test.beforeEach(({ page }) => page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' }))

test('no sign-in page and no frame has an accessibility violation', async ({ dashboard, page }) => {
  await page.goto(`${dashboard.origin}/`)
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await expectNoViolation(page, 'sign in')
  await dashboard.signIn(page)
  await page.getByRole('link', { name: 'team/app' }).waitFor()
  await expectNoViolation(page, 'repositories')

  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox', { name: /^Search/ }).fill('app')
  await page.getByRole('listbox').getByRole('option').first().waitFor()
  await expectNoViolation(page, 'search')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Account: / }).click()
  await page.getByRole('menuitem', { name: 'Change password…' }).click()
  await page.getByRole('dialog', { name: 'Change your password' }).waitFor()
  await expectNoViolation(page, 'change of password')
  await page.keyboard.press('Escape')

  await page.goto(`${dashboard.origin}/no/such/page`)
  await page.getByText('There is nothing at this address').waitFor()
  await expectNoViolation(page, 'not found')
})

test('no view of a repository has an accessibility violation', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'administrator', '/repositories/team/app')
  await page.getByRole('checkbox', { name: 'Select 1.2' }).check()
  await page.getByRole('checkbox', { name: 'Select 1.1' }).check()
  await page.getByRole('region', { name: 'Selection' }).getByText('frees').waitFor()
  await expectNoViolation(page, 'tags')
  await page.getByRole('button', { name: 'Delete 2 tags' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete 1 image' }).waitFor()
  await expectNoViolation(page, 'deletion of several')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Delete 1.2', exact: true }).click()
  await page.getByRole('button', { name: 'Delete tag' }).waitFor()
  await expectNoViolation(page, 'deletion')
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: '1.2', exact: true }).click()
  await page.getByRole('button', { name: 'Why is it kept?' }).first().click()
  await page.getByText('A collection keeps it.').waitFor()
  await expectNoViolation(page, 'details')
  await page.keyboard.press('Escape')

  await page.getByRole('link', { name: 'Layer map' }).click()
  await page.getByRole('button', { name: /^Image 1\.2/ }).click()
  await expectNoViolation(page, 'layer map')
  await page.getByText('Table', { exact: true }).click()
  await page.getByRole('table', { name: 'Layers and their images' }).waitFor()
  await expectNoViolation(page, 'layer map as a table')
})

test('no screen of cleaning has an accessibility violation', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'administrator', '/settings/cleaning')
  await page.getByText('No policy yet').waitFor()
  await expectNoViolation(page, 'no policy')
  await page.getByRole('button', { name: /^Releases stay/ }).click()
  const text = policyText(page)
  await text.fill('rules:\n  - remove: { tags: [pr-*], olderThan: 3 days }')
  await page.getByRole('list', { name: 'Problems' }).waitFor()
  await expectNoViolation(page, 'policy with a mistake')
  await text.fill(
    "rules:\n  - protect: { tags: ['1.2'] }\n  - remove: { tags: [pr-*], exceptNewest: 1 }\nexpect:\n  - { tag: pr-1, is: removed }",
  )
  await page.getByRole('button', { name: 'Preview this draft' }).click()
  await page.getByRole('table', { name: 'Verdicts' }).waitFor()
  await expectNoViolation(page, 'preview of a draft')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Edit policy' }).waitFor()
  await page.getByRole('button', { name: 'Run now' }).click()
  await page.getByRole('button', { name: 'Start cleaning' }).click()
  await page.getByText('wait for your approval').waitFor()
  await expectNoViolation(page, 'waiting for approval')
  await page.getByRole('button', { name: 'Look at what would go' }).click()
  await page.getByRole('button', { name: 'Run exactly this' }).click()
  await page.getByRole('button', { name: 'Start cleaning' }).click()
  await page.getByRole('button', { name: 'Approve and run' }).waitFor()
  await expectNoViolation(page, 'approval')
  await page.getByRole('button', { name: 'Approve and run' }).click()
  await page.getByRole('link', { name: 'See the run' }).click()
  await page.getByRole('table', { name: 'By rule' }).waitFor()
  await expectNoViolation(page, 'run of cleaning')
  await page.goBack()
  await page.getByRole('button', { name: 'Edit settings' }).click()
  await page.getByRole('form', { name: 'Settings of cleaning' }).waitFor()
  await expectNoViolation(page, 'settings of cleaning')
  await page.goto(`${dashboard.origin}/repositories/team/app?tab=cleaning`)
  await page.getByText('It has no policy of its own').waitFor()
  await expectNoViolation(page, 'cleaning of a repository')
})

test('no screen of trash and collections has an accessibility violation', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', '/repositories/team/web')
  await deleteImage(page, 'pr-1184')
  await page.getByRole('link', { name: /^Trash/ }).click()
  await page.getByRole('button', { name: 'Restore team/web:pr-1184' }).waitFor()
  await expectNoViolation(page, 'trash')

  await page.getByRole('link', { name: 'Garbage collection' }).click()
  const settings = await openSettings(page)
  const schedule = settings.getByRole('textbox', { name: 'Schedule' })
  await schedule.fill('3 32 * *')
  await page.getByText('32 is not between 1 and 31').waitFor()
  await expectNoViolation(page, 'a wrong schedule')
  await schedule.fill('@daily')
  await settings.getByRole('button', { name: 'Discard changes' }).click()
  await closeSettings(page)
  await page.getByRole('button', { name: 'Preview' }).click()
  const plan = page.getByRole('region', { name: 'Plan' })
  await plan.getByText('Nothing is deleted yet').waitFor()
  await expectNoViolation(page, 'a plan')
  await plan.getByRole('button', { name: 'Run this plan' }).click()
  await page.getByRole('button', { name: 'Start collection' }).waitFor()
  await expectNoViolation(page, 'the question before a run')
  await startCollection(page)
  await page
    .getByRole('region', { name: 'Savings', exact: true })
    .getByRole('group', { name: /Bytes freed/ })
    .waitFor()
  await expectNoViolation(page, 'savings of one run')
  await page.getByRole('table', { name: 'History' }).getByRole('link').first().click()
  await page.getByRole('region', { name: 'Log' }).getByRole('status').waitFor()
  await expectNoViolation(page, 'a run')
})
