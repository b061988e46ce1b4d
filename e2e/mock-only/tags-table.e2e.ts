import type { Page } from '@playwright/test'
import { expect, test } from '../hosts.ts'
import { expectNoOverflow, violationsInBothSchemes } from '../page-checks.ts'

/** What is cut in the rows of a table, but for long names, which say the whole in a tooltip. */
const cutIn = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('tbody [aria-rowindex] *')]
      .filter((each) => each.closest('[title]') === null && each.clientWidth > 1)
      .filter(
        (each) =>
          getComputedStyle(each).overflow !== 'visible' && each.scrollWidth > each.clientWidth,
      )
      .map(({ textContent }) => textContent),
  )

/** The heights of the rows: one, or some row has more lines than the table has room for. */
const heightsOf = (page: Page) =>
  page.evaluate(() => [
    ...new Set(
      [...document.querySelectorAll('tbody [aria-rowindex]')].map(
        (row) => row.getBoundingClientRect().height,
      ),
    ),
  ])

test('rows of tags have room for all that they say, on every width', async ({
  dashboard,
  page,
}) => {
  // Five widths, and the rules of two schemes.
  test.slow()
  await dashboard.signIn(page, 'administrator', '/repositories/shop/checkout?mock=history')
  const table = page.getByRole('table', { name: 'Tags of shop/checkout' })
  await expect(table.getByRole('rowheader')).toHaveCount(34)
  for (const [width, height] of [
    [1920, 44],
    [1440, 52],
    [1280, 52],
    [1024, 52],
    [390, 100],
  ] as const) {
    await page.setViewportSize({ width, height: 844 })
    await expect.poll(() => heightsOf(page), `heights of rows at ${width}`).toEqual([height])
    expect(await cutIn(page), `what is cut at ${width}`).toEqual([])
    await expectNoOverflow(page)
  }
  await table.getByRole('checkbox', { name: 'Select 4.18.2' }).check()
  expect(await violationsInBothSchemes(page)).toEqual([])
})

for (const [path, label] of [
  ['/repositories', 'Repositories'],
  ['/largest-images', 'What takes the space'],
  ['/trash', 'Trash'],
  ['/repositories/shop/checkout?tab=untagged', 'Untagged images of shop/checkout'],
] as const) {
  test(`rows of ${path} have room for all that they say, on every width`, async ({
    dashboard,
    page,
  }) => {
    await dashboard.signIn(
      page,
      'administrator',
      `${path}${path.includes('?') ? '&' : '?'}mock=history`,
    )
    const table = page.getByRole('table', { name: label, exact: true })
    for (const width of [1440, 1024, 390]) {
      await page.setViewportSize({ width, height: 844 })
      // The height of a row is chosen when its table is rendered.
      await page.reload()
      await expect(table.getByRole('rowheader').first()).toBeVisible()
      await expect.poll(() => cutIn(page), `what is cut at ${width}`).toEqual([])
      await expect.poll(() => heightsOf(page), `heights of rows at ${width}`).toHaveLength(1)
      await expectNoOverflow(page)
      // A legend that wraps would move what is below it.
      const legend = page.getByRole('list', { name: 'Storage' }).getByRole('listitem')
      const linesOf = () =>
        legend.evaluateAll(
          (each) => new Set(each.map((one) => one.getBoundingClientRect().top)).size,
        )
      await expect.poll(linesOf, `lines of the legend at ${width}`).toBe(width < 576 ? 3 : 1)
    }
  })
}

test('a phone keeps search and filters in sight, in one line, and the rest in a sheet', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', '/repositories/shop/checkout?mock=history')
  await page.setViewportSize({ width: 390, height: 844 })
  const table = page.getByRole('table', { name: 'Tags of shop/checkout' })
  const rows = table.getByRole('rowheader')
  await expect(rows).toHaveCount(34)
  await page.evaluate(() => window.scrollTo(0, 1500))
  const search = page.getByRole('searchbox', { name: 'Filter by tag or digest' })
  const filters = page.getByRole('button', { name: 'Filters', exact: true })
  await expect(page.getByText(/^\d+–\d+ of/)).toBeInViewport()
  for (const control of [search, filters]) {
    const box = await control.boundingBox()
    expect(box?.y).toBeGreaterThanOrEqual(52)
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(52 + 56)
  }

  await filters.click()
  const sheet = page.getByRole('dialog', { name: 'Filters and order' })
  await sheet.getByRole('combobox', { name: 'Order' }).click()
  await page.getByRole('option', { name: 'Tag, A to Z' }).click()
  await sheet.getByRole('combobox', { name: 'Pushed' }).click()
  await page.getByRole('option', { name: 'over 180 days ago' }).click()
  await expect(sheet.getByRole('button', { name: /^Show \d+ of 34 tags$/ })).toBeVisible()
  expect((await sheet.boundingBox())?.height).toBeLessThan(844 * 0.9 + 1)
  expect(await violationsInBothSchemes(page)).toEqual([])
  await sheet.getByRole('button', { name: /^Show/ }).click()
  await expect(sheet).toBeHidden()
  await expect(page.getByRole('button', { name: 'Filters (1)' })).toBeFocused()
  await expect(rows.first()).toContainText('4.13')
})
