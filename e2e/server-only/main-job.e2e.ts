import {
  basic,
  beginSlowUpload,
  diskUsage,
  makeImages,
  pull,
  push,
  run,
  startDistribution,
} from '../clients.ts'
import { openSettings, startCollection } from '../garbage-collection-page.ts'
import { deleteImage } from '../delete-image.ts'
import { expect, test } from '../hosts.ts'
import { makeFolder } from '../server-process.ts'

test.use({ content: 'nothing' })

test('push, delete, restore, delete, collect: with real clients and a browser', async ({
  dashboard,
  page,
}) => {
  const { server } = dashboard
  if (server === null) throw new Error('this needs the server host')
  const folder = await makeFolder()
  const layout = await makeImages(folder.path, ['one', 'two', 'three'])
  const at = (repository: string): string => `${server.registryHost}/team/${repository}:v1`
  for (const name of ['one', 'two', 'three']) await push(layout, name, at(name))
  const digest = await pull(at('one'), folder.path)
  const full = await diskUsage(server.storageFolder)

  await dashboard.signIn(page, 'administrator', '/repositories/team/one')
  await deleteImage(page, 'v1')
  await expect(pull(at('one'), folder.path)).rejects.toThrow('manifest unknown')
  expect(await diskUsage(server.storageFolder)).toBe(full)

  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('link', { name: 'v1', exact: true })).toBeVisible()
  expect(await pull(at('one'), folder.path)).toBe(digest)
  await deleteImage(page, 'v1')

  await page.getByRole('link', { name: 'Garbage collection' }).click()
  const form = await openSettings(page)
  await form.getByRole('textbox', { name: 'Schedule' }).fill('0 * * *')
  await form.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('group', { name: 'Next run' })).not.toContainText('Never')

  // A push under way may finish, and the gate stays closed for others until then.
  const upload = await beginSlowUpload(server, 'team/slow')
  await page.getByRole('button', { name: 'Run now' }).click()
  await startCollection(page)
  await expect(page.getByText('Garbage collection is running').first()).toBeVisible()
  await expect(page.getByText('Pushes are rejected until it finishes').first()).toBeVisible()
  await expect(push(layout, 'one', at('four'))).rejects.toThrow(
    'garbage collection is running, pushes are rejected until it finishes',
  )
  expect(await upload.end()).toBe(202)

  const savingsPath = '/api/v0/admin/settings/registry/garbageCollection/lastSavings'
  const lastSavings = async (): Promise<{ bytesFreed: number } | null> => {
    const answer = await fetch(`${server.origin}${savingsPath}`, {
      headers: { Authorization: basic },
    })
    return (await answer.json()) as { bytesFreed: number } | null
  }
  await expect.poll(lastSavings, { timeout: 60_000 }).toMatchObject({ status: 'done' })
  const { bytesFreed } = (await lastSavings()) ?? { bytesFreed: 0 }
  expect(bytesFreed).toBeGreaterThan(200_000)
  await expect(page.getByRole('group', { name: 'Last savings' })).toContainText(
    `${(bytesFreed / 1000).toFixed(2)} kB`,
  )
  await expect(page.getByRole('table', { name: 'History' })).toContainText('kB')
  // Folders take space too: only the files' bytes count.
  const files = async (): Promise<number> =>
    (
      await run(
        'find',
        `${server.storageFolder}/docker/registry/v2/blobs`,
        '-type',
        'f',
        '-printf',
        '%s\n',
      )
    )
      .split('\n')
      .reduce((sum, size) => sum + Number(size), 0)
  const shrunk = full - (await diskUsage(server.storageFolder))
  expect(shrunk).toBeGreaterThanOrEqual(bytesFreed)
  expect(await files()).toBeLessThan(full - bytesFreed)

  const two = await pull(at('two'), folder.path)
  const three = await pull(at('three'), folder.path)
  await server.stop()
  const distribution = await startDistribution(server.storageFolder, folder.path)
  try {
    expect(await pull(`${distribution.host}/team/two:v1`, folder.path, false)).toBe(two)
    expect(await pull(`${distribution.host}/team/three:v1`, folder.path, false)).toBe(three)
  } finally {
    await distribution.stop()
    await folder.remove()
  }
})
