import { expect, test } from '@playwright/test'
import { basic } from '../clients.ts'
import { makeFolder, startServer } from '../server-process.ts'

const ask = (origin: string, method: string, path: string, body?: string): Promise<Response> =>
  fetch(`${origin}${path}`, {
    method,
    headers: { Authorization: basic, 'Content-Type': 'application/json' },
    body,
  })

test('what was acknowledged survives kill -9, and a second server is refused', async () => {
  const folder = await makeFolder()
  const first = await startServer(folder.path, { JETSAM_SAMPLES: '1' })
  const image = '/api/v0/repositories/team/app/manifests/1.0'
  const schedule = '/api/v0/admin/settings/registry/garbageCollection/schedule'
  expect((await ask(first.origin, 'DELETE', image)).status).toBe(204)
  expect((await ask(first.origin, 'POST', schedule, '{"schedule":"@daily"}')).status).toBe(200)

  await expect(startServer(folder.path)).rejects.toThrow('is in use by the server')

  await first.kill()
  const second = await startServer(folder.path)
  try {
    const trash = (await (await ask(second.origin, 'GET', '/api/v0/trash')).json()) as {
      entries: readonly { id: string; tags: readonly string[] }[]
    }
    expect(trash.entries.map((entry) => entry.tags)).toEqual([['1.0']])
    expect(await (await ask(second.origin, 'GET', schedule)).json()).toMatchObject({
      schedule: '0 * * *',
    })
    const restore = `/api/v0/trash/${trash.entries[0]?.id}/restore`
    expect((await ask(second.origin, 'POST', restore, '{}')).status).toBe(204)
    expect((await ask(second.origin, 'HEAD', '/v2/team/app/manifests/1.0')).status).toBe(200)
  } finally {
    expect(await second.stop()).toBe(0)
    await folder.remove()
  }
})
