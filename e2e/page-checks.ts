import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const rulesOfColor = ['color-contrast', 'link-in-text-block']

/** Each violation with its place, so that a failure says what to repair. */
export async function violations(page: Page): Promise<readonly string[]> {
  await settled(page)
  return found(checksOf(page).withTags(standards))
}

// Without frames of other origins, for which it would open another page each time.
const checksOf = (page: Page): AxeBuilder =>
  new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })

async function found(checks: AxeBuilder): Promise<readonly string[]> {
  const { violations: all } = await checks.analyze()
  return all.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
}

/**
 * The schemes differ only in colour: checks every rule in the light one, and those of colour in the
 * dark one.
 */
export async function violationsInBothSchemes(page: Page): Promise<readonly string[]> {
  const inLight = await violations(page)
  await changeScheme(page, 'dark')
  const inDark = await found(checksOf(page).withRules(rulesOfColor))
  await changeScheme(page, 'light')
  return [...inLight, ...inDark.map((violation) => `dark: ${violation}`)]
}

async function changeScheme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor()
  await settled(page)
}

/**
 * Resolves once nothing has moved for some frames. A colour on its way to another one has the
 * contrast of neither, and a drawer on its way covers half of what will lie below it.
 */
const settled = (page: Page) =>
  page.waitForFunction(async () => {
    for (let frame = 0; frame < 10; frame += 1) {
      const endTimes = document
        .getAnimations()
        .map(({ effect }) => effect?.getComputedTiming().endTime)
      if (endTimes.some((time) => time !== Number.POSITIVE_INFINITY)) return false
      await new Promise(requestAnimationFrame)
    }
    return true
  })

/**
 * Expects that nothing sticks out to the right of the window, once the page has settled: charts and
 * tables that measure their place follow a change of the window's size a frame later.
 */
export async function expectNoOverflow(page: Page, screen = page.url()): Promise<void> {
  const overflow = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  await expect.poll(overflow, `pixels of ${screen} beyond the window`).toBe(0)
}
