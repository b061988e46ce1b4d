import { expect, type Locator, type Page } from '@playwright/test'

/** Opens the editor of schedule and policy on the page of garbage collection. */
export async function openSettings(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  return page.getByRole('form', { name: 'Garbage collection settings' })
}

export const closeSettings = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Close the settings' }).click()

/** Answers the question before a run, so that it takes also what has just been deleted. */
export async function startCollection(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog')
  const start = dialog.getByRole('button', { name: 'Start collection' })
  // Then it is known whether there is anything to spare.
  await expect(start).toBeEnabled()
  const spare = dialog.getByRole('checkbox', { name: /^Spare the/ })
  if (await spare.isVisible()) await spare.uncheck()
  await start.click()
}
