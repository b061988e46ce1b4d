import { expect, test } from '../hosts.ts'

const settings = '/settings/garbage-collection'

test('a year of runs is drawn, told as a table, and kept in the address', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', `${settings}?mock=history`)
  const savings = page.getByRole('region', { name: 'Savings', exact: true })
  await expect(savings.getByRole('img', { name: /Bytes freed, by cause/ })).toBeVisible()
  await savings.getByText('1 y', { exact: true }).click()
  await expect(page).toHaveURL(/range=1y/)
  await savings.getByText('Table', { exact: true }).click()
  await expect(savings.getByRole('table', { name: 'Savings' })).toContainText('expired trash')
  const download = page.waitForEvent('download')
  await savings.getByRole('button', { name: 'Download CSV' }).click()
  expect((await download).suggestedFilename()).toBe('savings-1y.csv')
})

test('a run that cannot read the storage deletes nothing and says so', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', `${settings}?mock=unreadable`)
  await expect(page.getByRole('group', { name: 'Reclaimable' })).toContainText('Unknown')
  await page.getByRole('button', { name: 'Run now' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Start collection' }).click()
  const status = page.getByRole('group', { name: 'Status' })
  await expect(status).toContainText('Last run failed', { timeout: 30_000 })
  await expect(status).toContainText('Nothing was deleted')
})

test('a run of the schedule can be stopped, and what is left is told', async ({
  dashboard,
  page,
}) => {
  await dashboard.signIn(page, 'administrator', `${settings}?mock=busy`)
  const run = page.getByRole('region', { name: 'Run', exact: true })
  await expect(run).toContainText('A collection started by the schedule is running.')
  await run.getByRole('button', { name: 'Stop' }).click()
  await expect(page.getByRole('group', { name: 'Status' })).toContainText('Stopped early', {
    timeout: 30_000,
  })
})
