import { closeSettings, openSettings, startCollection } from '../garbage-collection-page.ts'
import { deleteImage } from '../delete-image.ts'
import { expect, test } from '../hosts.ts'

const settings = '/settings/garbage-collection'

test('a preview deletes nothing, and exactly its plan can be run', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'administrator', '/repositories/team/web')
  await deleteImage(page, 'pr-1184')
  await page.getByRole('link', { name: 'Garbage collection' }).click()

  await page.getByRole('button', { name: 'Preview' }).click()
  const plan = page.getByRole('region', { name: 'Plan' })
  await expect(plan).toContainText('would be freed')
  await expect(plan).toContainText('Nothing is deleted yet')
  await expect(plan).toContainText('team/web')
  await expect(page.getByRole('group', { name: 'Last savings' })).toContainText('None yet')
  const figure = /[\d.]+ kB/.exec(await plan.innerText())?.[0] ?? 'no figure'

  await plan.getByRole('button', { name: 'Run this plan' }).click()
  await startCollection(page)
  await expect(page.getByRole('group', { name: 'Last savings' })).toContainText(figure)
  await expect(plan).toBeHidden()
})

test('pushes can be held during a collection, or continue', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'administrator', settings)
  const form = await openSettings(page)
  const save = form.getByRole('button', { name: 'Save', exact: true })
  await expect(form).toContainText('after 2 min it is rejected after all')
  await expect(form).toContainText('A push goes on as ever, and what it needs stays')
  for (const name of ['Hold pushes until it is done', 'Keep accepting pushes']) {
    const mode = form.getByRole('radio', { name })
    await mode.check()
    await save.click()
    await expect(page.getByText('Saved the garbage collection settings')).toBeVisible()
    await page.reload()
    await openSettings(page)
    await expect(mode).toBeChecked()
  }
  await closeSettings(page)
  await page.getByRole('button', { name: 'Run now' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('Pushes and pulls go on.')
  await startCollection(page)
  await page.getByRole('table', { name: 'History' }).getByRole('link').first().click()
  await expect(page.getByText('pushes went on all the time').first()).toBeVisible()
})
