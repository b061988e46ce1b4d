import { expect, type Page } from '@playwright/test'

/** Deletes an image with one tag, with the trash can in the present list. */
export async function deleteImage(page: Page, tag: string): Promise<void> {
  await page.getByRole('button', { name: `Delete ${tag}`, exact: true }).click()
  const dialog = page.getByRole('dialog', { name: `Delete ${tag}?` })
  await dialog.getByRole('button', { name: 'Delete image' }).click()
  // It leaves the list at once, but is deleted only when the dialog closes.
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('button', { name: 'Undo' }).last()).toBeVisible()
  await expect(page.getByRole('link', { name: tag, exact: true })).toBeHidden()
}
