import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { jetsam } from '../clients.ts'
import { makeFolder, startServer, type ServerProcess } from '../server-process.ts'
import { ask, collect } from './api-client.ts'

/** Copies the state while the server runs, and restores it later, without any effect on images. */

const schedule = '/admin/settings/registry/garbageCollection/schedule'

/** What a person would see of the state. */
async function stateOf(server: ServerProcess) {
  const get = async (path: string) => (await ask<object>(server, 'GET', path)).body
  return {
    accounts: await get('/accounts'),
    access: await get('/accounts/lee/access'),
    schedule: await get(schedule).then((body) => (body as { schedule: string }).schedule),
    policy: await get('/garbage-collection/policy'),
    jobs: await get('/jobs'),
    activity: await get('/activity?pageSize=1000'),
  }
}

async function tagsOf(server: ServerProcess): Promise<readonly string[]> {
  const path = '/repositories/team/app/tags?pageSize=100'
  const { body } = await ask<{ tags: { name: string; digest: string }[] }>(server, 'GET', path)
  return body.tags.map(({ name, digest }) => `${name} ${digest}`)
}

const trashOf = async (server: ServerProcess) =>
  (await ask<{ entries: { id: string }[] }>(server, 'GET', '/trash')).body.entries.map(
    ({ id }) => id,
  )

async function makeLee(server: ServerProcess, accessLevel: string): Promise<void> {
  const grants = [{ scope: 'team', accessLevel }]
  expect((await ask(server, 'PUT', '/accounts/lee/access', { grants })).status).toBe(200)
}

test('a backup of a running server, restored after changes, brings back the state but not the images', async () => {
  const folder = await makeFolder()
  const backup = join(folder.path, 'backup.sqlite')
  const data = join(folder.path, 'data')
  const first = await startServer(data, { JETSAM_SAMPLES: '1' })
  const account = { name: 'lee', password: 'lees password' }
  expect((await ask(first, 'POST', '/accounts', account)).status).toBe(201)
  await makeLee(first, 'read-only')
  expect((await ask(first, 'POST', schedule, { schedule: '4 * * 6' })).status).toBe(200)
  await collect(first)
  const before = await stateOf(first)
  expect(await jetsam('backup', '--data', data, '--to', backup)).toContain(backup)

  await makeLee(first, 'admin')
  expect((await ask(first, 'POST', '/accounts', { ...account, name: 'eve' })).status).toBe(201)
  expect((await ask(first, 'DELETE', schedule)).status).toBe(204)
  await collect(first)
  expect((await ask(first, 'DELETE', '/repositories/team/app/manifests/1.0')).status).toBe(204)
  const [tags, trash] = [await tagsOf(first), await trashOf(first)]
  expect(trash).toHaveLength(1)
  await expect(jetsam('restore', '--data', data, '--from', backup)).rejects.toThrow(
    /is in use by the server on port \d+/,
  )
  await expect(jetsam('backup', '--data', data, '--to', backup)).rejects.toThrow('is there already')
  await first.stop()

  const restored = await jetsam('restore', '--data', data, '--from', backup)
  expect(restored).toContain(`what was there before is kept in ${data}/state.sqlite.replaced`)
  const second = await startServer(data)
  try {
    expect(await stateOf(second)).toEqual(before)
    expect(await tagsOf(second)).toEqual(tags)
    expect(await trashOf(second)).toEqual(trash)
    const restore = await ask(second, 'POST', `/trash/${trash[0]}/restore`, {})
    expect(restore.status).toBe(204)
    await collect(second)
  } finally {
    await second.stop()
    await folder.remove()
  }
})

test('two servers with separate storages cannot share a state', async () => {
  const folder = await makeFolder()
  const data = join(folder.path, 'data')
  const server = await startServer(data)
  try {
    const other = startServer(data, { JETSAM_STORAGE: join(folder.path, 'other') })
    await expect(other).rejects.toThrow(/data is in use by the server on port \d+ .*JETSAM_DATA/)
  } finally {
    await server.stop()
    await folder.remove()
  }
})
