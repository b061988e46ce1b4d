import { chooseOption } from '../choose-option.ts'
import { expect, test } from '../hosts.ts'

test('the details of a tag show what it consists of and why each layer is kept', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', '/repositories/team/app')
  await page.getByRole('link', { name: '1.2', exact: true }).click()
  await expect(page).toHaveURL(/tag=1\.2/)
  const drawer = page.getByRole('dialog', { name: 'team/app:1.2' })
  await expect(drawer).toContainText(/docker pull .+\/team\/app:1\.2/)
  await expect(drawer).toContainText('application/vnd.oci.image.manifest.v1+json')
  await expect(drawer.getByRole('heading', { name: '3 layers' })).toBeVisible()
  await expect(drawer).toContainText('Only in this image')

  await drawer.getByRole('button', { name: 'Why is it kept?' }).first().click()
  const way = drawer.getByRole('list', { name: 'How the collection comes to it' })
  await expect(way).toContainText('tag')
  await expect(drawer).toContainText('Without this image, these would still need it')

  // To another tag of the same image, and back to the list.
  await drawer.getByRole('button', { name: 'stable' }).click()
  await expect(page.getByRole('dialog', { name: 'team/app:stable' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page).not.toHaveURL(/tag=/)
})

test('closing the details returns the focus to the tag', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/app')
  const link = page.getByRole('link', { name: '1.1', exact: true })
  await link.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'team/app:1.1' }).waitFor()
  await page.keyboard.press('Escape')
  await expect(link).toBeFocused()
})

test('the layer map shows by keyboard what goes and what stays, and is a table too', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'developer', '/repositories/team/app')
  await page.getByRole('link', { name: 'Layer map' }).click()
  await chooseOption(page.getByLabel('Sort by'), 'Tag, A to Z')
  const map = page.getByRole('group', { name: 'Layer map of team/app' })
  const images = map.getByRole('button', { name: /^Image / })
  await expect(images).toHaveCount(4)
  await expect(map.getByRole('button', { name: /^Layer / })).toHaveCount(9)
  // The previous order stays until the new one is there.
  await expect(images.first()).toHaveAccessibleName(/^Image 1\.0,/)
  await images.first().focus()
  const effect = page.getByRole('region', { name: 'What would go and what would stay' })
  await expect(effect).toContainText('Deleting 1.0 frees 145.05 kB: 1 of its 3 layers goes.')
  await page.keyboard.press('ArrowDown')
  await expect(images.nth(1)).toBeFocused()
  await expect(effect).toContainText('Deleting 1.1 ')
  await page.keyboard.press('ArrowRight')
  await expect(effect).toContainText(/^ADD base-12.tar \/, [\d.]+ kB\. In \d images here/)
  await page.keyboard.press('Enter')
  await expect(effect.getByRole('button', { name: /^Copy digest sha256:/ })).toBeVisible()
  await page.keyboard.press('Escape')

  await images.first().focus()
  await page.keyboard.press('Enter')
  await effect.getByRole('button', { name: 'Details' }).click()
  await expect(page.getByRole('dialog', { name: 'team/app:1.0' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByText('Table', { exact: true }).click()
  await expect(page.getByRole('table', { name: 'Images and their layers' })).toContainText('1.0')
  const layers = page.getByRole('table', { name: 'Layers and their images' })
  await expect(layers).toContainText(/In \d images here/)
  await expect(layers).toContainText('COPY app /opt/app')
})
