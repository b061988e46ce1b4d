import { startCollection } from '../garbage-collection-page.ts'
import { violationsInBothSchemes } from '../page-checks.ts'
import { deleteImage } from '../delete-image.ts'
import { chooseOption } from '../choose-option.ts'
import { expect, test } from '../hosts.ts'

const settings = '/settings/garbage-collection'

test('a year of runs is drawn, shown as a table, and kept in the address', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', `${settings}?mock=history`)
  const savings = page.getByRole('region', { name: 'Savings', exact: true })
  await expect(savings.getByRole('group', { name: /Bytes freed, by cause/ })).toBeVisible()
  await expect(savings).toContainText(/GB in 30 days, .* than the 30 before/)
  await savings.getByText('1 y', { exact: true }).click()
  await expect(page).toHaveURL(/range=1y/)
  await expect(savings).toContainText(
    '84 runs, 3 failed, 2 partly failed, 2 stopped, 1 out of time.',
  )
  await savings.getByText('By repository', { exact: true }).click()
  await expect(savings.getByRole('list', { name: 'Legend' })).toContainText('shop/web')
  await savings.getByText('Stored', { exact: true }).click()
  await expect(savings.getByRole('list', { name: 'Legend' })).toContainText('shared by several')
  await expect(savings).toContainText(/About .* more each week/)
  await savings.getByText('Table', { exact: true }).click()
  await expect(page).toHaveURL(/savings=stored&as=table/)
  await expect(savings.getByRole('table', { name: 'Savings' })).toContainText('kept in the trash')
  await page.reload()
  await expect(savings.getByRole('table', { name: 'Savings' })).toContainText('Stored before')
  const download = page.waitForEvent('download')
  await savings.getByRole('button', { name: 'Download CSV' }).click()
  expect((await download).suggestedFilename()).toBe('stored-1y.csv')
})

test('a bar of the chart says what its run freed, and leads to it', async ({ dashboard, page }) => {
  await page.setViewportSize({ width: 1280, height: 1600 })
  await dashboard.signIn(page, 'administrator', `${settings}?mock=history`)
  const savings = page.getByRole('region', { name: 'Savings', exact: true })
  const chart = savings.getByRole('group', { name: /Bytes freed, by cause/ })
  const runs = chart.getByRole('link')
  await expect(runs).toHaveCount(14)
  const drawn = await chart.boundingBox()
  if (drawn === null) throw new Error('the chart has no place')

  // Dragging over it chooses a time, and opens no run.
  await page.mouse.move(drawn.x + drawn.width * 0.3, drawn.y + 100)
  await page.mouse.down()
  await page.mouse.move(drawn.x + drawn.width * 0.8, drawn.y + 120, { steps: 4 })
  await page.mouse.up()
  await expect(page).toHaveURL(/range=custom&from=[^&]+&to=/)
  await expect(savings.getByLabel('First day')).toHaveValue(/^20\d\d-\d\d-\d\d$/)
  await expect.poll(() => runs.count()).toBeLessThan(10)
  await page.goBack()
  await expect(runs).toHaveCount(14)

  // The figures stand beside the bar.
  await runs.nth(4).hover()
  const cell = await runs.nth(4).boundingBox()
  const words = await page.getByText('Click to open the run').boundingBox()
  if (cell === null || words === null) throw new Error('a bar or its figures have no place')
  expect(words.x >= cell.x + cell.width || words.x + words.width <= cell.x).toBe(true)

  await runs.last().focus()
  await page.keyboard.press('ArrowLeft')
  await expect(runs.nth(12)).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/runs\/past-83$/)
})

test('a run that cannot read the storage deletes nothing and says so', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', `${settings}?mock=unreadable`)
  await expect(page.getByRole('group', { name: 'Reclaimable' })).toContainText('Unknown')
  await page.getByRole('button', { name: 'Run now' }).click()
  const dialog = page.getByRole('dialog', { name: 'Start a collection now?' })
  await expect(dialog).toContainText('A collection would refuse to run now')
  await expect(dialog.getByRole('button', { name: 'Start collection' })).toBeHidden()
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()

  // A script or a schedule can start one all the same.
  expect(
    await page.evaluate(async () => {
      const headers = { 'Content-Type': 'application/json', 'X-Jetsam-Client': 'dashboard' }
      const body = JSON.stringify({ job: 'registryGC' })
      return (await fetch('/api/v0/admin/jobs', { method: 'POST', headers, body })).status
    }),
  ).toBe(202)
  const status = page.getByRole('group', { name: 'Status' })
  await expect(async () => {
    // A page that is opened again asks again, once what it knows is old.
    await page.getByRole('link', { name: 'Repositories' }).first().click()
    await page.getByRole('link', { name: 'Garbage collection' }).click()
    await expect(status).toContainText('Last run failed', { timeout: 1000 })
  }).toPass({ timeout: 60_000 })
  await expect(status).toContainText('Nothing was deleted')
})

test('a scheduled run can be stopped, and shows what is left', async ({ dashboard, page }) => {
  await dashboard.signIn(page, 'administrator', `${settings}?mock=busy`)
  const run = page.getByRole('region', { name: 'Run', exact: true })
  await expect(run).toContainText('A collection started by the schedule is running.')
  await run.getByRole('button', { name: 'Stop' }).click()
  await expect(page.getByRole('group', { name: 'Status' })).toContainText('Stopped early', {
    timeout: 30_000,
  })
})

test('a partly failed run shows what stayed, and that the rest is gone', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', '/repositories/team/web?mock=undeletable')
  await deleteImage(page, 'pr-1184')
  await page.getByRole('link', { name: 'Garbage collection' }).click()
  await page.getByRole('button', { name: 'Run now' }).click()
  await startCollection(page)
  await expect(page.getByRole('group', { name: 'Status' })).toContainText('Partly failed')
  await page.getByRole('table', { name: 'History' }).getByRole('link').first().click()
  const notDeleted = page.getByRole('region', { name: 'Not deleted' })
  await expect(notDeleted).toContainText(/Part of an image of team\/websha256:[a-f0-9]{10}…/)
  await expect(page.getByRole('main')).toContainText('1 item')
})

test('the log of a run is filtered, searched and downloaded', async ({ dashboard, page }) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await dashboard.signIn(page, 'administrator', `${settings}?mock=history`)
  const savings = page.getByRole('region', { name: 'Savings', exact: true })
  await savings.getByRole('group', { name: /Bytes freed, by cause/ }).waitFor()
  expect(await violationsInBothSchemes(page)).toEqual([])
  // The last but one: how many days ago that was depends on the time of day.
  await page.getByRole('table', { name: 'History' }).getByRole('link').nth(1).click()
  await expect(page.getByRole('main')).toContainText('The run has ended: time limit reached')
  const log = page.getByRole('region', { name: 'Log' })
  await expect(log.getByRole('status')).toHaveText('1,202 lines, in UTC')
  expect(await violationsInBothSchemes(page)).toEqual([])
  await log.getByRole('searchbox', { name: 'Search the log' }).fill('manifest 1199 of')
  await expect(log.getByRole('status')).toHaveText('1 of 1,202 lines, in UTC')
  await expect(log).toContainText('marked manifest 1199 of')
  await log.getByRole('searchbox', { name: 'Search the log' }).fill('')
  await chooseOption(log.getByLabel('Level'), 'Information and worse')
  await expect(log.getByRole('status')).toHaveText(/^2 of 1,202 lines, in UTC$/)
  const download = page.waitForEvent('download')
  await log.getByRole('button', { name: 'Download log' }).click()
  expect((await download).suggestedFilename()).toBe('collection-past-83.log')
})
