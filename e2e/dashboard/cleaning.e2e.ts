import { sameOriginHeader } from '#contract/accounts/session.ts'
import { policyText, saveElsewhere, writePolicy } from '../cleaning-page.ts'
import { chooseOption } from '../choose-option.ts'
import { expect, test } from '../hosts.ts'
import { violationsInBothSchemes } from '../page-checks.ts'
import { reportRunning } from '../report-running.ts'
import { signOut } from '../sign-out.ts'

const settings = '/settings/cleaning'
const rules = `rules:
  - protect: { tags: ['1.2'] }
  - remove: { tags: [pr-*], exceptNewest: 1 }
`

test.beforeEach(({ page }) => page.emulateMedia({ reducedMotion: 'reduce' }))

test('a template becomes a policy, in the form and in its text alike', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', settings)
  await page.getByRole('button', { name: /^Clean up after pull requests/ }).click()
  const text = policyText(page)
  await expect(text).toHaveValue(/remove: \{ tags: \[pr-\*\], olderThan: 14d \}/)
  await expect(page.getByText('All 3 expectations hold')).toBeVisible()

  const rule = page.getByRole('group', { name: 'Rule 1' })
  const age = rule.getByRole('textbox', { name: 'Older than' })
  await age.fill('3 days')
  await expect(rule).toContainText('"3 days" is no time: write hours, days or weeks')
  await expect(page.getByRole('list', { name: 'Problems' })).toContainText('Line 2, column')
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeDisabled()
  await age.fill('3d')
  await expect(text).toHaveValue(/olderThan: 3d/)
  // It was to be left alone two days after its push, and still is.
  await expect(page.getByText('All 3 expectations hold')).toBeVisible()
  await age.fill('1d')
  await expect(page.getByRole('table', { name: 'Expectations' })).toContainText(
    'pr-13 pushed 2 days ago',
  )
  await expect(page.getByText(/^1 of 3 expectations does not hold/)).toBeVisible()
  await age.fill('2w')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const policy = page.getByRole('region', { name: 'Policy of the registry' })
  await expect(policy).toContainText('Version 1, saved')

  await page.reload()
  await expect(policy).toContainText('Version 1, saved')
  await expect(policy).toContainText('Remove tags pr-* pushed more than 14 days ago')
})

test('what a preview shows goes to the trash once it is approved, and nothing else', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', settings)
  await writePolicy(page, rules)
  await page.getByRole('button', { name: 'Preview', exact: true }).click()
  const verdicts = page.getByRole('table', { name: 'Verdicts' })
  await expect(verdicts).toContainText('team/web:pr-1184')
  const going = await verdicts.getByRole('link').allInnerTexts()
  await page.getByText(/^Protected [1-9]/).click()
  await expect(verdicts).toContainText('Protect tags 1.2 (line 2)')

  await page.getByRole('button', { name: 'Run exactly this' }).click()
  await page.getByRole('button', { name: 'Start cleaning' }).click()
  const dialog = page.getByRole('dialog', { name: 'This needs your approval' })
  await expect(dialog).toContainText('The policy of the registry is new or was changed')
  await dialog.getByRole('button', { name: 'Approve and run' }).click()
  await expect(page.getByText('The run has ended: done')).toBeVisible()
  await expect(page.getByRole('table', { name: 'History' })).toContainText('done')

  await page.getByRole('link', { name: 'See the run' }).click()
  const result = page.getByRole('region', { name: 'What it did' })
  await expect(result).toContainText(`${going.length} were to go, ${going.length} went`)
  await expect(result.getByRole('table', { name: 'By repository' })).toContainText('team/web')
  await expect(page.getByRole('group', { name: 'Log lines' })).toContainText('went to the trash')

  await page.getByRole('link', { name: 'See the trash' }).click()
  for (const tag of going) {
    await expect(page.getByRole('button', { name: `Restore team/web:${tag}` })).toBeVisible()
  }
})

test('a preview of later says what it supposes, and is not run', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'administrator', settings)
  await writePolicy(page, 'rules: [{ remove: { tags: [pr-*], olderThan: 14d } }]')
  await page.getByRole('button', { name: 'Preview', exact: true }).click()
  const preview = page.getByRole('region', { name: 'Preview' })
  await expect(preview).toContainText('Nothing would go')
  const choice = preview.getByRole('combobox', { name: 'Judged as of' })
  await chooseOption(choice, 'In 30 days')
  await expect(preview).toContainText('if nothing is pushed, pulled, moved or deleted before')
  await expect(preview.getByRole('table', { name: 'Verdicts' })).toContainText('team/web:pr-1184')
  await expect(preview.getByRole('button', { name: 'Run exactly this' })).toBeHidden()

  await chooseOption(choice, 'Another day…')
  await preview.getByLabel('Day', { exact: true }).fill('2020-02-03')
  await preview.getByRole('button', { name: 'Preview that day' }).click()
  await expect(preview).toContainText('Mon 3 Feb 2020')
  await expect(preview).toContainText('Pushes and pulls since then count as not known')
  await expect(preview).toContainText('Nothing would go')
  expect(await violationsInBothSchemes(page)).toEqual([])
})

test('a run without a preview leaves what a brake holds for approval, and says why', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', settings)
  await writePolicy(page, rules)
  await page.getByRole('button', { name: 'Run now' }).click()
  await page.getByRole('button', { name: 'Start cleaning' }).click()
  await expect(page.getByText('The run has ended: waits for approval')).toBeVisible()
  const waiting = page.getByRole('status').filter({ hasText: 'wait for your approval' })
  await expect(waiting).toContainText('team/web: The policy of the registry is new or was changed')
  await expect(waiting).toContainText('started by admin')
  await waiting.getByRole('button', { name: 'Look at what would go' }).click()
  await expect(page.getByRole('table', { name: 'Verdicts' })).toContainText('team/web:pr-1184')
  await page.getByRole('button', { name: 'Run exactly this' }).click()
  await page.getByRole('button', { name: 'Start cleaning' }).click()
  await page.getByRole('button', { name: 'Approve and run' }).click()
  await expect(page.getByText('The run has ended: done')).toBeVisible()
  await expect(waiting).toBeHidden()
})

test('of two administrators who save at once, the second sees both versions', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', settings)
  await writePolicy(page, rules)
  await page.getByRole('button', { name: 'Edit policy' }).click()
  const mine = rules.replace('exceptNewest: 1', 'exceptNewest: 2')
  await policyText(page).fill(mine)
  expect(await saveElsewhere(page, 'registry', 'rules: [] # theirs')).toBe(200)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('group', { name: 'Saved now' })).toHaveText('rules: [] # theirs')
  await expect(page.getByRole('group', { name: 'Yours, not saved' })).toContainText(
    'exceptNewest: 2',
  )
  await page.getByRole('button', { name: 'Keep mine, to save over it' }).click()
  await expect(policyText(page)).toHaveValue(mine)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Policy of the registry' })).toContainText(
    'Version 3, saved',
  )
})

test('an earlier version goes into the editor, also after the policy was removed', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', settings)
  await writePolicy(page, rules)
  expect(await saveElsewhere(page, 'registry', 'rules: [] # none')).toBe(200)
  const policy = page.getByRole('region', { name: 'Policy of the registry' })
  await policy.getByRole('button', { name: 'Remove policy' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove policy' }).click()
  // Another version was saved after this page had looked.
  await expect(page.getByRole('dialog')).toContainText('was changed by another save')
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await policy.getByRole('button', { name: 'Remove policy' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove policy' }).click()
  await expect(policy).toContainText('No policy yet')

  await policy.getByRole('button', { name: 'Versions' }).click()
  const drawer = page.getByRole('dialog', { name: 'Versions of the policy of the registry' })
  await expect(drawer.getByRole('region', { name: 'Version 3' })).toContainText('Policy removed')
  await expect(drawer.getByRole('group', { name: 'Changes of version 2' })).toContainText(
    'rules: [] # none',
  )
  expect(await violationsInBothSchemes(page)).toEqual([])
  await drawer.getByRole('button', { name: 'Use version 1' }).click()
  await expect(policyText(page)).toHaveValue(rules)
  await expect(policy).toContainText('Version 1 is in the editor')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(policy).toContainText('Version 4, saved')
})

test('a person who administers a namespace writes its policy, and no other', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', settings)
  const granted = await page.evaluate(
    async ([name, value]) => {
      const headers = { 'Content-Type': 'application/json', [name]: value }
      const body = JSON.stringify({ grants: [{ scope: 'team', accessLevel: 'admin' }] })
      return (await fetch('/api/v0/accounts/dana/access', { method: 'PUT', headers, body })).status
    },
    [sameOriginHeader.name, sameOriginHeader.value] as const,
  )
  expect(granted).toBe(200)
  await signOut(page)

  await dashboard.signIn(page, 'developer', settings)
  await expect(page.getByRole('button', { name: 'Start from scratch' })).toBeHidden()
  await page
    .getByRole('region', { name: 'All policies' })
    .getByRole('link', { name: 'team' })
    .click()
  await writePolicy(page, rules)
  const policy = page.getByRole('region', { name: 'Policy of team' })
  await expect(policy).toContainText('Version 1, saved')
  await expect(policy).toContainText('Administrators run it, or the schedule does')
  await expect(page.getByRole('button', { name: 'Run now' })).toBeHidden()
  await page.getByRole('link', { name: 'See the whole registry' }).click()
  await expect(page.getByRole('table', { name: 'All policies' })).toContainText(
    'team, yours to change',
  )
})

test('reports of what runs are listed, and removed', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'administrator', settings)
  const panel = page.getByRole('region', { name: 'What runs' })
  await expect(panel).toContainText('No cluster reports yet')
  expect(await violationsInBothSchemes(page)).toEqual([])
  expect(await reportRunning(page, 'prod', 'team/app:1.0\nregistry.test/other:1')).toBe(200)
  await page.reload()
  await expect(panel.getByRole('row', { name: /^prod/ })).toContainText('by admin')
  await panel.getByRole('button', { name: 'Remove prod' }).click()
  await page.getByRole('button', { name: 'Remove report' }).click()
  await expect(panel).toContainText('No cluster reports yet')
})

test('what is typed into a policy survives Back until it is given up', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', '/repositories')
  await page.getByRole('link', { name: 'Cleaning' }).click()
  await page.getByRole('button', { name: 'Start from scratch' }).click()
  await policyText(page).fill(rules)
  await page.goBack()
  const question = page.getByRole('dialog', { name: 'Discard your changes?' })
  await question.getByRole('button', { name: 'Keep editing' }).click()
  await expect(question).toBeHidden()
  await expect(policyText(page)).toHaveValue(rules)
  await page.goBack()
  await question.getByRole('button', { name: 'Discard changes' }).click()
  await expect(page).toHaveURL(/repositories/)
})

test('a schedule and the brakes are said in one sentence', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'administrator', settings)
  const panel = page.getByRole('region', { name: 'Schedule and brakes' })
  await expect(panel).toContainText('No schedule: runs start only by hand')
  await panel.getByRole('button', { name: 'Edit settings' }).click()
  const form = page.getByRole('form', { name: 'Settings of cleaning' })
  await form.getByRole('textbox', { name: 'Schedule' }).fill('3 * * *')
  await form.getByRole('checkbox', { name: 'Also before each collection' }).check()
  await form.getByRole('textbox', { name: 'One run may take at most' }).fill('20')
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(form).toBeHidden()
  await expect(panel).toContainText('Every day at 03:00 UTC')
  await expect(panel).toContainText('also before each collection')
  await expect(panel).toContainText('at most 20 % of a repository’s tags')
})

test('a repository has its own policy, or that of a wider scope', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'administrator', settings)
  await writePolicy(page, rules)
  await page.goto(`${dashboard.origin}/repositories/team/app?tab=cleaning`)
  const policy = page.getByRole('region', { name: 'Policy of team/app' })
  await expect(policy).toContainText('It has no policy of its own. The policy of the registry')
  await policy.getByRole('button', { name: 'Give it its own policy' }).click()
  // It begins as the one that decided so far.
  await expect(policyText(page)).toHaveValue(rules)
  await policyText(page).fill("rules: [{ remove: { tags: ['*'], exceptNewest: 1 } }]")
  await page.getByRole('button', { name: 'Preview this draft' }).click()
  const draft = page.getByRole('region', { name: 'Preview of your draft' })
  await expect(draft).toContainText('more than by what is in force now (0)')
  await draft.getByText(/^Now going [1-9]/).click()
  await expect(draft.getByRole('table', { name: 'Verdicts' })).toContainText('now: ')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(policy).toContainText('Remove all tags, except the newest image by push of them')
})

test('a person without rights reads the policy and what it would do', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'developer', settings)
  await expect(page.getByText('No policy yet')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Run now' })).toBeHidden()
  await expect(page.getByRole('button', { name: 'Edit settings' })).toBeHidden()
  await page.getByRole('button', { name: 'Preview', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Preview' })).toContainText('Nothing would go')
})
