import { lastSavings } from '#contract/jobs/garbage-collection.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { expect, test } from 'vitest'
import { createTestApi } from '#testing/builders/test-api.ts'

/** The calls of the product's specification, as `curl` sends them: `-u` is Basic, `-d` a body. */
test('the specification’s commands work as printed', async () => {
  const api = await createTestApi()
  const image = tinyImage({ layers: ['shared', 'only here'] })
  const other = tinyImage({ layers: ['shared'] })
  await api.as('writer').pushImage('team/app', image, '1.2')
  await api.as('writer').pushImage('team/app', other, '1.3')
  const curl = async (user: 'writer' | 'admin', method: string, path: string, data?: string) =>
    api.as(user).ask(method, path, {
      headers: {
        Accept: '*/*',
        ...(data === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(data === undefined ? {} : { body: data }),
    })
  const settings = '/api/v0/admin/settings/registry/garbageCollection'

  // Soft delete: the image cannot be accessed, but is still stored.
  const deleted = await curl('writer', 'DELETE', '/api/v0/repositories/team/app/manifests/1.2')
  expect(deleted).toMatchObject({ status: 204, text: '' })
  expect((await curl('writer', 'GET', '/v2/team/app/manifests/1.2')).status).toBe(404)
  const [, , layer] = image.blobs
  const hex = layer?.digest.slice(7) ?? ''
  const layerFile = `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`
  expect(await api.storage.open(layerFile)).not.toBeNull()

  // The recurring job: at most four fields, or a shortcut.
  for (const schedule of ['0 * * *', '@midnight', '@yearly', '0']) {
    const data = `{"schedule":\n"${schedule}"}`
    expect((await curl('admin', 'POST', `${settings}/schedule`, data)).status).toBe(200)
  }
  const five = await curl('admin', 'POST', `${settings}/schedule`, '{"schedule": "0 0 * * *"}')
  expect(five).toMatchObject({ status: 400, code: 'INVALID_SCHEDULE' })

  // The immediate job.
  expect((await curl('admin', 'GET', `${settings}/lastSavings`)).json).toBeNull()
  api.clock.advance(1000)
  const started = await curl('admin', 'POST', '/api/v0/admin/jobs', '{ "job" : "registryGC"}')
  expect(started.status).toBe(202)
  while (api.services.collections.runningJob() !== null) {
    await new Promise((resolve) => setTimeout(resolve))
  }

  // The results: the bytes that only this image held, and they are gone.
  const savings = lastSavings.parse((await curl('admin', 'GET', `${settings}/lastSavings`)).json)
  expect(savings).toMatchObject({
    status: 'done',
    bytesFreed: image.bytes.length + 'only here'.length,
    layersRemoved: 1,
    manifestsRemoved: 1,
  })
  expect(await api.storage.open(layerFile)).toBeNull()
  expect((await curl('writer', 'GET', '/v2/team/app/manifests/1.3')).status).toBe(200)
  expect(api.failures).toEqual([])
})
