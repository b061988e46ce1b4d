import type { Digest } from '#domain/values/digest.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { removeOne } from '#testing/builders/one-removal.ts'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'

const image = tinyImage({ layers: ['app'] })
const [config = image, layer = image] = image.blobs

describe('a collection that lets pushes continue keeps', () => {
  let api: TestApi
  const ask = (method: string, path: string, body?: string) =>
    api.as('writer').ask(method, `/v2/team/${path}`, body === undefined ? {} : { body })

  beforeEach(async () => {
    api = await createTestApi()
    await api.as('writer').pushImage('team/app', image, '1.0')
    api.clock.advance(60_000)
  })

  /** Whether a collection that starts now would remove the bytes. */
  async function wouldTake(digest: Digest): Promise<boolean> {
    api.clock.advance(1000)
    await api.services.leases.startCollection({ includePushLeases: true })
    const item = { step: 'blob', cause: 'deleted image', digest, repository: null } as const
    const { kind } = await removeOne(
      api.services.registry.remover,
      { ...item, name: null, isManifest: false, sizeBytes: 0 },
      api.clock.nowMs(),
    )
    return kind === 'removed'
  }

  test.each([
    ['a blob that was asked for', layer, () => ask('HEAD', `app/blobs/${layer.digest}`)],
    ['a manifest that was asked for', image, () => ask('HEAD', 'app/manifests/1.0')],
    [
      'a mounted blob',
      layer,
      () => ask('POST', `new/blobs/uploads/?mount=${layer.digest}&from=team/app`),
    ],
    [
      'an uploaded blob',
      layer,
      () => ask('POST', `app/blobs/uploads/?digest=${layer.digest}`, 'app'),
    ],
  ] as const)('%s', async (_, { digest }, tell) => {
    expect((await tell()).status).toBeLessThan(300)
    expect(await wouldTake(digest)).toBe(false)
  })

  test.each([
    ['a blob', layer, `app/blobs/${layer.digest}`],
    ['a manifest', image, 'app/manifests/1.0'],
  ] as const)('but not %s after it was only pulled', async (_, { digest }, path) => {
    expect((await ask('GET', path)).status).toBe(200)
    expect(await wouldTake(digest)).toBe(true)
  })

  test('but not what a finished push has uploaded, once its image is deleted', async () => {
    expect((await ask('DELETE', 'app/manifests/1.0')).status).toBe(202)
    expect(await wouldTake(config.digest)).toBe(true)
  })
})
