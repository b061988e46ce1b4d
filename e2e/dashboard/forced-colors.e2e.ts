import type { Locator } from '@playwright/test'
import { openSettings } from '../garbage-collection-page.ts'
import { expect, test } from '../hosts.ts'

const outlineOf = (locator: Locator): Promise<string> =>
  locator.evaluate((element) => getComputedStyle(element).outlineStyle)

/** The first has a mark that the second lacks. */
async function expectTold(chosen: Locator, other: Locator): Promise<void> {
  expect([await outlineOf(chosen), await outlineOf(other)]).toEqual(['solid', 'none'])
}

test('in forced colours what is chosen, active or measured can be told', async ({
  dashboard,
  page,
}) => {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
  await dashboard.signIn(page, 'administrator', '/repositories/team/app')
  const navigation = page.getByRole('navigation', { name: 'Main' })
  await expectTold(
    navigation.getByRole('link', { name: 'Repositories' }),
    navigation.getByRole('link', { name: 'Activity' }),
  )
  const borderOf = (name: string) =>
    page
      .getByRole('navigation', { name: 'Views of team/app' })
      .getByRole('link', { name })
      .evaluate((link) => {
        const { borderBottomColor, borderBottomWidth, backgroundColor } = getComputedStyle(link)
        return { borderBottomColor, borderBottomWidth, backgroundColor }
      })
  const [current, other] = [await borderOf('Tags'), await borderOf('Layer map')]
  expect(current.borderBottomWidth).toBe('4px')
  expect(current.borderBottomColor).not.toBe(other.borderBottomColor)
  await page.getByRole('checkbox', { name: 'Select 1.2' }).check()
  await expectTold(
    page.locator('tr[data-selected]').first(),
    page.locator('tbody tr:not([data-selected])').first(),
  )

  await page.getByRole('link', { name: 'Garbage collection' }).click()
  await openSettings(page)
  await expectTold(
    page.getByRole('radio', { name: 'Reject pushes' }),
    page.getByRole('radio', { name: 'Keep accepting pushes' }),
  )
})
