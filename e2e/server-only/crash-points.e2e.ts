import { cp } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { basic, run } from '../clients.ts'
import { makeFolder, startServer, type ServerProcess } from '../server-process.ts'
import { ask, prepare, throughAll, timesRecorded } from './crash-points.ts'

/**
 * The real server is killed before each of its changes on disk, one after the other, and started
 * again: what was acknowledged is there, what was started is finished or undone, and every tag is
 * whole.
 */

const api = '/api/v0/repositories/team/app'

async function jobIsOver(server: ServerProcess, id: string): Promise<string> {
  let status = ''
  await expect
    .poll(async () => {
      const { body } = await ask(server, 'GET', `/api/v0/jobs/${id}`)
      status = (body as { status: string }).status
      return status
    })
    .not.toMatch(/waiting|running/)
  return status
}

async function collect(server: ServerProcess): Promise<string> {
  const { body } = await ask(server, 'POST', '/api/v0/admin/jobs', { job: 'registryGC' })
  return await jobIsOver(server, (body as { id: string }).id)
}

async function trashed(server: ServerProcess): Promise<readonly string[]> {
  const { body } = await ask(server, 'GET', '/api/v0/trash')
  return (body as { entries: { id: string }[] }).entries.map(({ id }) => id)
}

const pullStatus = async (server: ServerProcess): Promise<number> =>
  (await ask(server, 'GET', '/v2/team/app/manifests/1.0')).status

/** Every tag of the registry resolves to whole images. */
async function expectWhole(server: ServerProcess): Promise<void> {
  const { body } = await ask(server, 'POST', '/api/v0/admin/jobs', { job: 'registryGC' })
  const { id } = body as { id: string }
  expect(await jobIsOver(server, id)).toBe('done')
  const job = (await ask(server, 'GET', `/api/v0/jobs/${id}`)).body as {
    result: { verification: { tags: number; wholeTags: number; broken: unknown[] } }
  }
  const { verification } = job.result
  expect(verification.broken).toEqual([])
  expect(verification.wholeTags).toBe(verification.tags)
  expect(verification.tags).toBeGreaterThan(5)
}

const blobsOn = async (folder: string): Promise<string> =>
  (await run('find', `${folder}/registry/docker/registry/v2/blobs`, '-type', 'f'))
    .replaceAll(folder, '')
    .split('\n')
    .toSorted()
    .join('\n')

test.describe.configure({ timeout: 1_200_000 })

const deleteImage = async (server: ServerProcess): Promise<number> =>
  (await ask(server, 'DELETE', `${api}/manifests/1.0`)).status

test('killed at any step of a deletion, the server has the image here or in the trash', async () => {
  const base = await prepare(() => Promise.resolve())
  await throughAll(base, 1, deleteImage, async ({ answered, server }) => {
    const entries = await trashed(server)
    // Here, or in the trash: never both, never neither.
    expect(await pullStatus(server)).toBe(entries.length === 0 ? 200 : 404)
    if (answered === 204) expect(entries).toHaveLength(1)
    const about = { repository: 'team/app', subject: '1.0' }
    expect(await timesRecorded(server, 'image deleted', about)).toBe(entries.length)
    for (const id of entries) {
      expect((await ask(server, 'POST', `/api/v0/trash/${id}/restore`, {})).status).toBe(204)
    }
    expect(await pullStatus(server)).toBe(200)
    await expectWhole(server)
  })
})

test('killed at any step of a restore, the server has the image here or in the trash', async () => {
  const base = await prepare(deleteImage)
  await throughAll(
    base,
    1,
    async (server) => {
      const [id] = await trashed(server)
      return (await ask(server, 'POST', `/api/v0/trash/${id}/restore`, {})).status
    },
    async ({ answered, server }) => {
      const entries = await trashed(server)
      if (answered === 204) expect(entries).toEqual([])
      const isRestored = entries.length === 0
      expect(await timesRecorded(server, 'image restored')).toBe(isRestored ? 1 : 0)
      for (const id of entries) {
        expect((await ask(server, 'POST', `/api/v0/trash/${id}/restore`, {})).status).toBe(204)
      }
      expect(await pullStatus(server)).toBe(200)
      await expectWhole(server)
    },
  )
})

test('killed during a collection, the next one ends with the same blobs', async () => {
  const base = await prepare(async (server) => {
    for (const tag of ['1.0', '1.1']) await ask(server, 'DELETE', `${api}/manifests/${tag}`)
  })
  const whole = await makeFolder()
  await cp(base.path, whole.path, { recursive: true })
  const undisturbed = await startServer(whole.path)
  await collect(undisturbed)
  await undisturbed.stop()
  const expected = await blobsOn(whole.path)
  await whole.remove()

  await throughAll(base, 4, collect, async ({ answered, server }) => {
    const { body } = await ask(server, 'GET', '/api/v0/jobs?limit=1')
    const [job] = (body as { jobs: { status: string }[] }).jobs
    if (job && answered !== 'done') expect(job.status).toBe('errored')
    await expectWhole(server)
    expect(await blobsOn(server.dataFolder)).toBe(expected)
    expect(await trashed(server)).toEqual([])
  })
})

const retag = async (server: ServerProcess): Promise<number> => {
  const { body } = await ask(server, 'GET', '/v2/team/app/manifests/1.1')
  const answer = await fetch(`${server.origin}/v2/team/copy/manifests/new`, {
    method: 'PUT',
    headers: {
      Authorization: basic,
      'Content-Type': (body as { mediaType: string }).mediaType,
    },
    body: JSON.stringify(body),
  })
  return answer.status
}

const pushAll = async (server: ServerProcess): Promise<number> => {
  const { body } = await ask(server, 'GET', '/v2/team/app/manifests/1.1')
  const { config, layers } = body as { config: { digest: string }; layers: { digest: string }[] }
  for (const { digest } of [config, ...layers]) {
    const path = `/v2/team/copy/blobs/uploads/?mount=${digest}&from=team/app`
    expect((await ask(server, 'POST', path)).status).toBe(201)
  }
  return await retag(server)
}

test('killed at any step of a push, the earlier images are whole', async () => {
  const base = await prepare(() => Promise.resolve())
  await throughAll(base, 2, pushAll, async ({ answered, server }) => {
    const pulled = (await ask(server, 'GET', '/v2/team/copy/manifests/new')).status
    if (answered === 201) expect(pulled).toBe(200)
    const about = { repository: 'team/copy', subject: 'new' }
    expect(await timesRecorded(server, 'image pushed', about)).toBe(pulled === 200 ? 1 : 0)
    await expectWhole(server)
    if (pulled !== 200) expect(await pushAll(server)).toBe(201)
    expect((await ask(server, 'GET', '/v2/team/copy/manifests/new')).status).toBe(200)
  })
})

for (const [what, before, act, kind] of [
  ['a deletion', () => Promise.resolve(), deleteImage, 'image deleted'],
  ['a push', () => Promise.resolve(), pushAll, 'image pushed'],
] as const) {
  test(`killed at any step of recording ${what}, it is recorded once if it happened`, async () => {
    const base = await prepare(before)
    await throughAll(
      base,
      1,
      act,
      async ({ answered, server }) => {
        const pulled = (await ask(server, 'GET', '/v2/team/copy/manifests/new')).status
        const happened =
          kind === 'image pushed' ? pulled === 200 : (await pullStatus(server)) === 404
        if (answered !== null) expect(happened).toBe(true)
        const about =
          kind === 'image pushed'
            ? { repository: 'team/copy', subject: 'new' }
            : { repository: 'team/app', subject: '1.0' }
        expect(await timesRecorded(server, kind, about)).toBe(happened ? 1 : 0)
      },
      'state',
    )
  })
}
