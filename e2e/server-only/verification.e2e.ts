import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { violations } from '../page-checks.ts'
import { expect, test } from '../hosts.ts'
import { startServer } from '../server-process.ts'

/** Changes the last byte of the largest blob, which is a layer. */
async function damageLargestBlob(storageFolder: string): Promise<void> {
  const blobs = join(storageFolder, 'docker/registry/v2/blobs/sha256')
  const files = (await readdir(blobs, { recursive: true })).filter((path) => path.endsWith('data'))
  const sizes = await Promise.all(files.map(async (path) => (await stat(join(blobs, path))).size))
  const largest = join(blobs, files[sizes.indexOf(Math.max(...sizes))] ?? '')
  const bytes = await readFile(largest)
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  await writeFile(largest, bytes)
}

test('a verification finds a layer that was damaged on disk, with the tags that need it', async ({
  dashboard,
  page,
}) => {
  const { server } = dashboard
  if (server === null) throw new Error('this test is about files on a disk')
  await damageLargestBlob(server.storageFolder)
  await dashboard.signIn(page, 'administrator', '/settings/garbage-collection?open=verification')
  const panel = page.getByRole('region', { name: 'Verification' })
  await panel.getByRole('button', { name: 'Verify now' }).click()
  await expect(panel).toContainText('17 of 17 tags verified')

  await panel.getByRole('checkbox', { name: 'Read every byte' }).check()
  await panel.getByRole('button', { name: 'Verify now' }).click()
  await expect(panel).toContainText(/\d+ of 17 tags verified\. These are not whole:/)
  await expect(panel.getByRole('status').filter({ hasText: '17 of 17' })).toHaveCount(0)
  await expect(
    panel.getByRole('row', { name: /has other content: its bytes are sha256:/ }).first(),
  ).toBeVisible()
  expect(await violations(page)).toEqual([])
})

test('a verification and its log are there after the server was killed and started again', async ({
  dashboard,
  page,
}) => {
  const { server } = dashboard
  if (server === null) throw new Error('this test is about a state that lasts')
  await damageLargestBlob(server.storageFolder)
  await dashboard.signIn(page, 'administrator', '/settings/garbage-collection?open=verification')
  const panel = page.getByRole('region', { name: 'Verification' })
  await panel.getByRole('checkbox', { name: 'Read every byte' }).check()
  await panel.getByRole('button', { name: 'Verify now' }).click()
  const found = /\d+ of 17 tags verified\. These are not whole:/
  await expect(panel).toContainText(found)
  await server.kill()
  const again = await startServer(server.dataFolder)
  try {
    await page.goto(`${again.origin}/settings/garbage-collection?open=verification`)
    await expect(panel.getByRole('status').filter({ hasText: found })).toBeVisible()
    await panel.getByRole('table', { name: 'Verifications' }).getByRole('link').click()
    const log = page.getByRole('region', { name: 'Log' })
    await expect(log).toContainText('has other content: its bytes are sha256:')
    await expect(log).toContainText(/\d+ of 17 tags verified/)
  } finally {
    await again.stop()
  }
})
