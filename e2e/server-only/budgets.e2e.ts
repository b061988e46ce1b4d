import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measureFirstLoad } from '../first-load.ts'
import { expect, test } from '../hosts.ts'

/** In bytes of gzip, for everything that the first page requests before it shows its list. */
const budgets = { script: 165_000, style: 25_000 } as const

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
  console.log(`first load, gzip: ${sizes.script} B of script, ${sizes.style} B of style`)
  expect(sizes.script).toBeGreaterThan(50_000)
  expect(sizes.script).toBeLessThanOrEqual(budgets.script)
  expect(sizes.style).toBeLessThanOrEqual(budgets.style)
  expect(names.filter((name) => /chart|mock|msw|worker/i.test(name))).toEqual([])
})

test('the build has the licences of its parts, and nothing that replaces a server', () => {
  const build = fileURLToPath(new URL('../../dist/', import.meta.url))
  const licences = readFileSync(join(build, 'third-party-licenses.md'), 'utf8')
  for (const name of ['react', '@mantine/core', 'd3-scale', 'zod']) {
    expect(licences).toMatch(new RegExp(`^## ${name} - [\\d.]+ \\(`, 'm'))
  }
  expect(licences.match(/Permission is hereby granted/g)?.length).toBeGreaterThan(25)
  expect(existsSync(join(build, 'favicon.svg'))).toBe(true)
  expect(existsSync(join(build, 'mockServiceWorker.js'))).toBe(false)
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
