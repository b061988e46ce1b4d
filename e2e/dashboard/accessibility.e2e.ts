import { violations } from '../page-checks.ts'
import { expect, test } from '../hosts.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no screen has an accessibility violation in the ${colorScheme} scheme`, async ({
    dashboard,
    page,
  }) => {
    // A fading dialog is checked when it is there, not on the way.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.goto(`${dashboard.origin}/`)
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    expect(await violations(page)).toEqual([])

    await dashboard.signIn(page)
    await page.getByRole('link', { name: 'team/app' }).waitFor()
    expect(await violations(page)).toEqual([])

    await page.getByRole('link', { name: 'team/app' }).click()
    await page.getByRole('button', { name: 'Delete 1.2' }).waitFor()
    expect(await violations(page)).toEqual([])

    await page.getByRole('button', { name: 'Delete 1.2' }).click()
    await page.getByRole('button', { name: 'Delete tag' }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')

    await page.getByRole('link', { name: /^Trash/ }).click()
    await page.getByRole('heading', { name: 'Trash', level: 1 }).waitFor()
    expect(await violations(page)).toEqual([])

    await page.getByRole('link', { name: 'Garbage collection' }).click()
    await page.getByRole('region', { name: 'History' }).waitFor()
    await page.getByRole('button', { name: 'Run now' }).waitFor()
    expect(await violations(page)).toEqual([])
  })
}
