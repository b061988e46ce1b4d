import { expect, test } from 'vitest'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { createTestApi } from '#testing/builders/test-api.ts'

const image = tinyImage({ layers: ['base'] })

test('a push by digest and a mount are in the activity', async () => {
  const api = await createTestApi()
  const admin = api.as('admin')
  await admin.pushImage('team/app', image)
  const [layer] = image.blobs
  const mount = `/v2/team/web/blobs/uploads/?mount=${layer?.digest}&from=team/app`
  expect((await admin.ask('POST', mount)).status).toBe(201)
  const { json } = await admin.ask('GET', '/api/v0/activity')
  expect((json as { entries: unknown[] }).entries).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        kind: 'manifest pushed',
        repository: 'team/app',
        subject: image.digest,
        actor: 'admin',
      }),
      expect.objectContaining({
        kind: 'blob mounted',
        repository: 'team/web',
        subject: layer?.digest,
        detail: null,
      }),
    ]),
  )
})
