import { openSettings, startCollection } from '../garbage-collection-page.ts'
import { deleteImage } from '../delete-image.ts'
import { expect, test } from '../hosts.ts'

const settings = '/settings/garbage-collection'

test('a schedule says what it means while it is typed, and what is wrong with it', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', settings)
  const form = await openSettings(page)
  const schedule = form.getByRole('textbox', { name: 'Schedule' })
  const save = form.getByRole('button', { name: 'Save', exact: true })

  await schedule.fill('3 32 * *')
  await expect(form).toContainText('Day of month: 32 is not between 1 and 31')
  await expect(save).toBeDisabled()

  await schedule.fill('0 * * *')
  await expect(form).toContainText('At 00:00, every day')
  await expect(form.getByRole('textbox', { name: 'Hour' })).toHaveValue('0')
  await save.click()
  // Before that, leaving the page would ask about changes that are not saved.
  await expect(page.getByText('Saved the garbage collection settings')).toBeVisible()
  await expect(page.getByRole('group', { name: 'Next run' })).not.toContainText('Never')

  await page.reload()
  await openSettings(page)
  await expect(form.getByRole('textbox', { name: 'Schedule' })).toHaveValue('0 * * *')
})

test('presets, fields and text of a schedule agree', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'administrator', settings)
  const form = await openSettings(page)
  const schedule = form.getByRole('textbox', { name: 'Schedule' })
  await form.getByText('Every Saturday 01:00').click()
  await expect(schedule).toHaveValue('1 * * 6')
  await expect(form.getByRole('textbox', { name: 'Day of week' })).toHaveValue('6')
  await form.getByRole('textbox', { name: 'Hour' }).fill('3')
  await expect(schedule).toHaveValue('3 * * 6')
  await expect(form.getByRole('radio', { name: 'Custom' })).toBeChecked()
  await expect(form).toContainText('At 03:00, only on Saturday')

  await schedule.fill('0 3 * * 6')
  await expect(form).toContainText(
    'Five fields: this schedule has at most four — hour, day, month, day of week. Did you mean 3 * * 6?',
  )
  await schedule.fill('@hourly')
  await expect(form.getByRole('radio', { name: 'Hourly' })).toBeChecked()
  await form.getByRole('button', { name: 'Discard changes' }).click()
  await expect(form.getByRole('radio', { name: 'Never' })).toBeChecked()
})

test('a registry without garbage says so instead of showing a plan', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', settings)
  await expect(page.getByRole('group', { name: 'Last savings' })).toContainText('None yet')
  await expect(page.getByRole('region', { name: 'History' })).toContainText('Not run yet')
  await page.getByRole('button', { name: 'Preview' }).click()
  const plan = page.getByRole('region', { name: 'Plan' })
  await expect(plan).toContainText('Nothing to collect: 17 tags, 4.24 MB, all in use.')
  await expect(plan.getByRole('button', { name: 'Run this plan' })).toBeHidden()
  await plan.getByRole('button', { name: 'Close preview' }).click()
  await expect(plan).toBeHidden()
})

test('a collection frees what the page announced, and its run can be read', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', '/repositories/team/web')
  await deleteImage(page, 'pr-1184')

  await page.getByRole('link', { name: 'Garbage collection' }).click()
  const reclaimable = page.getByRole('group', { name: 'Reclaimable' })
  await expect(reclaimable).toContainText('kB')
  const figure = /[\d.]+ kB/.exec(await reclaimable.innerText())?.[0] ?? 'no figure'

  await page.getByRole('button', { name: 'Run now' }).click()
  await startCollection(page)
  await expect(page.getByRole('group', { name: 'Last savings' })).toContainText(figure)
  await expect(reclaimable).toContainText('Nothing to collect')
  await expect(page.getByRole('group', { name: 'Status' })).toContainText('16 of 16 tags whole')

  const history = page.getByRole('table', { name: 'History' })
  await expect(history).toContainText(figure)
  await history.getByRole('link').first().click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.getByRole('main')).toContainText(figure)
})

test('a developer sees the results and cannot change anything', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'developer', settings)
  await expect(page.getByRole('group', { name: 'Last savings' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Run now' })).toBeHidden()
})
