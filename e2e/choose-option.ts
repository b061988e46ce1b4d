import type { Locator } from '@playwright/test'

/** Opens a select field and chooses what it calls so. */
export async function chooseOption(field: Locator, name: string): Promise<void> {
  await field.click()
  await field.page().getByRole('option', { name, exact: true }).click()
}
