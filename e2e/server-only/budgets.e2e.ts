import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Route } from '@playwright/test'
import { measureFirstLoad } from '../first-load.ts'
import { expect, test } from '../hosts.ts'

/** In bytes of gzip, for everything that the first page requests before it shows its list. */
const budgets = { script: 165_000, style: 25_000, font: 60_000 } as const

test('the first load stays within its budget, and has no chart and no mock host', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page)
  await page.getByRole('link', { name: 'team/app' }).waitFor()

  const { sizes, names } = await measureFirstLoad(page, async () => {
    await page.reload()
    await page.getByRole('link', { name: 'team/app' }).waitFor()
  })
  test.info().annotations.push({ type: 'first load, gzip', description: JSON.stringify(sizes) })
  console.log(
    `first load, gzip: ${sizes.script} B of script, ${sizes.style} B of style, ${sizes.font} B of font`,
  )
  expect(sizes.script).toBeGreaterThan(50_000)
  expect(sizes.script).toBeLessThanOrEqual(budgets.script)
  expect(sizes.style).toBeLessThanOrEqual(budgets.style)
  expect(sizes.font).toBeGreaterThan(20_000)
  expect(sizes.font).toBeLessThanOrEqual(budgets.font)
  expect(names.filter((name) => name.endsWith('.woff2'))).toHaveLength(1)
  expect(names.filter((name) => /chart|mock|msw|worker/i.test(name))).toEqual([])
})

test('the build has the licences of its parts, and nothing that replaces a server', () => {
  const build = fileURLToPath(new URL('../../dist/', import.meta.url))
  const licences = readFileSync(join(build, 'third-party-licenses.md'), 'utf8')
  for (const name of ['react', '@mantine/core', 'd3-scale', 'zod', '@fontsource-variable/inter']) {
    expect(licences).toMatch(new RegExp(`^## ${name} - [\\d.]+ \\(`, 'm'))
  }
  expect(licences.match(/Permission is hereby granted/g)?.length).toBeGreaterThan(25)
  expect(existsSync(join(build, 'favicon.svg'))).toBe(true)
  expect(existsSync(join(build, 'mockServiceWorker.js'))).toBe(false)
})

test('text is shown before its font has come, and nothing moves when it does', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page)
  const held: Route[] = []
  await page.route(/\.woff2$/, (route) => void held.push(route))
  const usedFont = () =>
    page.evaluate(() => [...document.fonts].find(({ family }) => family === 'Inter')?.status)
  // A page counts as loaded only with its font.
  await page.goto(`${dashboard.origin}/repositories`, { waitUntil: 'commit' })
  await page.getByRole('link', { name: 'team/app' }).waitFor()
  await expect.poll(usedFont).toBe('loading')
  await page.evaluate(() => {
    const shifts: number[] = []
    Object.assign(window, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as { value?: number }).value ?? 0)
    }).observe({ type: 'layout-shift', buffered: false })
  })
  await Promise.all(held.map((route) => route.continue()))
  await expect.poll(usedFont).toBe('loaded')
  // Two frames: the one that draws the font, and the one after which its shifts are reported.
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  )
  const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)
  // Words differ by some pixels. What a person can see counts from 0.1 on.
  expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.0005)
})

test('code and rows of a page are requested while the session request is under way', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page)
  const allIsAskedFor = Promise.all([
    page.waitForRequest(/\/assets\/tags-page-[^/]*\.js$/),
    page.waitForRequest(/\/api\/v0\/repositories\/team\/app$/),
    page.waitForRequest(/\/api\/v0\/repositories\/team\/app\/tags\?/),
  ])
  await page.route('**/api/v0/session', async (route) => {
    await allIsAskedFor
    await route.continue()
  })
  await page.goto(`${dashboard.origin}/repositories/team/app`)
  await expect(page.getByRole('link', { name: '1.0', exact: true })).toBeVisible()
})

test('rows do not wait for the code of the deletion dialog', async ({ dashboard, page }) => {
  await dashboard.signIn(page)
  const rows = page.getByRole('link', { name: '1.0', exact: true })
  const askedFor: string[] = []
  await page.route(/\/assets\/deletion-dialog-[^/]*\.js$/, async (route) => {
    askedFor.push(route.request().url())
    await rows.waitFor()
    await route.continue()
  })
  await page.goto(`${dashboard.origin}/repositories/team/app`)
  await expect(rows).toBeVisible()
  await page.getByRole('button', { name: 'Delete 1.0', exact: true }).click()
  await expect(page.getByRole('dialog', { name: 'Delete 1.0?' })).toBeVisible()
  expect(askedFor).toHaveLength(1)
})

test('the code of a repository’s page loads before a person opens one', async ({
  dashboard,
  page,
}) => {
  const code = page.waitForRequest(/\/assets\/tags-page-[^/]*\.js$/)
  await dashboard.signIn(page)
  await code
})
