import { sameOriginHeader } from '#contract/accounts/session.ts'
import type { Page } from '@playwright/test'
import { expect, test } from '../hosts.ts'
import { reportRunning } from '../report-running.ts'

const tagsOf = (page: Page) => page.getByRole('table', { name: 'Tags of team/app' })
const tag = (page: Page, name: string) => tagsOf(page).getByRole('link', { name, exact: true })

/** Deletes as a program would that confirms what runs by this name. */
const deleteConfirming = (page: Page, name: string) =>
  page.evaluate(
    async ([confirmed, header, value]) => {
      const to = `/api/v0/repositories/team/app/tags/1.0?confirmRunning=${confirmed}`
      const answer = await fetch(to, { method: 'DELETE', headers: { [header]: value } })
      const { errors } = (await answer.json()) as { errors: { code: string }[] }
      return [answer.status, errors[0]?.code]
    },
    [name, sameOriginHeader.name, sameOriginHeader.value] as const,
  )

test('an image that runs is deleted once its own name is typed, and Undo brings it back', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', '/repositories/team/app')
  await expect(tag(page, '1.0')).toBeVisible()
  expect(await reportRunning(page, 'prod', 'team/app:1.0')).toBe(200)
  await tagsOf(page).getByRole('button', { name: 'Delete 1.0' }).click()

  const dialog = page.getByRole('dialog', { name: 'Delete 1.0?' })
  await expect(dialog.getByRole('alert')).toContainText('It runs in prod.')
  const field = dialog.getByLabel('To delete it all the same, type 1.0')
  const confirm = dialog.getByRole('button', { name: 'Delete image' })
  await expect(confirm).toBeDisabled()
  await field.fill('1.1')
  await expect(confirm).toBeDisabled()
  await field.press('Enter')
  // What the dialog holds back the server refuses too.
  expect(await deleteConfirming(page, '1.1')).toEqual([409, 'IMAGE_RUNNING'])
  await expect(dialog).toBeVisible()

  await field.fill('1.0')
  await confirm.click()
  await expect(dialog).toBeHidden()
  await expect(tag(page, '1.0')).toBeHidden()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(tag(page, '1.0')).toBeVisible()
})

test('of several tags, the one whose image runs stays', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'administrator', '/repositories/team/app')
  await expect(tag(page, '1.0')).toBeVisible()
  expect(await reportRunning(page, 'prod', 'team/app:1.0')).toBe(200)
  await page.getByRole('checkbox', { name: 'Select 1.0', exact: true }).check()
  await page.getByRole('checkbox', { name: 'Select 1.1', exact: true }).check()
  await page.getByRole('button', { name: 'Delete 2 tags' }).click()

  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('alert')).toContainText('1.0 runs in prod, so it stays')
  await expect(dialog.getByLabel(/^To delete it all the same/)).toBeHidden()
  await dialog.getByRole('button', { name: 'Delete image' }).click()
  await expect(tag(page, '1.1')).toBeHidden()
  await expect(tag(page, '1.0')).toBeVisible()
})

test('a repository in which something runs asks for its name', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'administrator', '/repositories/team/app')
  await expect(tag(page, '1.0')).toBeVisible()
  expect(await reportRunning(page, 'prod', 'team/app:1.0')).toBe(200)
  await page.getByRole('button', { name: 'Delete repository' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('prod')
  const confirm = dialog.getByRole('button', { name: 'Delete repository' })
  const field = dialog.getByRole('textbox')
  await field.fill('team/ap')
  await expect(confirm).toBeDisabled()
  await field.fill('team/app')
  await confirm.click()
  await expect(page).toHaveURL(/\/repositories$/)
  await expect(page.getByRole('link', { name: 'team/app', exact: true })).toBeHidden()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('link', { name: 'team/app', exact: true })).toBeVisible()
})
