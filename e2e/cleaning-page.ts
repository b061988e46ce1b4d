import { expect, type Locator, type Page } from '@playwright/test'
import { sameOriginHeader } from '#contract/accounts/session.ts'

/** The text of the policy in its editor. */
export const policyText = (page: Page): Locator =>
  page.getByRole('textbox', { name: 'The same as YAML' })

/** Writes and saves a policy on a page of cleaning that has none yet. */
export async function writePolicy(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Start from scratch' }).click()
  await policyText(page).fill(text)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Edit policy' })).toBeVisible()
}

/** Saves a policy as another administrator would, who has the same page open elsewhere. */
export const saveElsewhere = (page: Page, scope: string, text: string): Promise<number> =>
  page.evaluate(
    async ([path, body, name, value]) => {
      const headers = { 'Content-Type': 'application/yaml', [name]: value }
      return (await fetch(path, { method: 'PUT', headers, body })).status
    },
    [
      `/api/v0/retention/policies/${scope}`,
      text,
      sameOriginHeader.name,
      sameOriginHeader.value,
    ] as const,
  )
