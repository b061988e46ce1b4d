import { openSettings } from '../garbage-collection-page.ts'
import { expect, test } from '../hosts.ts'

test('what is typed into the schedule survives Escape and Back until it is given up', async ({
  dashboard,
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await dashboard.signIn(page, 'administrator', '/repositories')
  await page.getByRole('link', { name: 'Garbage collection' }).click()
  const hour = (await openSettings(page)).getByRole('textbox', { name: 'Hour' })
  await hour.fill('3')
  const question = page.getByRole('dialog', { name: 'Discard your changes?' })

  await page.keyboard.press('Escape')
  await question.getByRole('button', { name: 'Keep editing' }).click()
  await expect(question).toBeHidden()
  await expect(hour).toHaveValue('3')

  await page.goBack()
  await expect(question).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(question).toBeHidden()
  await expect(page).toHaveURL(/garbage-collection/)
  await expect(hour).toHaveValue('3')

  await page.goBack()
  await question.getByRole('button', { name: 'Discard changes' }).click()
  await expect(page).toHaveURL(/repositories/)
})

test('Escape in the access of an account closes its suggestions, and loses nothing', async ({
  dashboard,
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await dashboard.signIn(page, 'administrator', '/settings/people?account=dana')
  const drawer = page.getByRole('dialog', { name: 'dana' })
  await drawer.getByRole('button', { name: 'Add access' }).click()
  const field = drawer.getByRole('combobox', { name: 'Namespace or repository' }).last()
  await field.fill('lib')
  await expect(page.getByRole('option', { name: 'library', exact: true })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('listbox')).toHaveCount(0)
  await expect(field).toHaveValue('lib')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Keep editing' }).click()
  await expect(field).toHaveValue('lib')
})

test('what is typed survives a session that ends, and signing in again leads back to it', async ({
  dashboard,
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await dashboard.signIn(page, 'administrator', '/settings/garbage-collection')
  const settings = await openSettings(page)
  const hour = settings.getByRole('textbox', { name: 'Hour' })
  await hour.fill('3')
  await page.evaluate(async () => {
    await fetch('/api/v0/session', {
      method: 'DELETE',
      headers: { 'X-Jetsam-Client': 'dashboard' },
    })
  })
  await settings.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText(/Your session has ended/)).toBeVisible()
  await expect(page.getByLabel('Name')).toBeFocused()
  await expect(hour).toBeHidden()
  await page.getByLabel('Name').fill('admin')
  await page.getByLabel('Password', { exact: true }).fill('jetsam-admin')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(hour).toHaveValue('3')
  await settings.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText(/at 03:00 UTC/).first()).toBeVisible()
})
