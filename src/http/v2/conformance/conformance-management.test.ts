import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { contentOf, tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, test } from 'vitest'

const image = tinyImage({ layers: ['base', 'app'] })
const other = tinyImage({ layers: ['base', 'other'] })

const manifest = (reference: string) => `/v2/team/app/manifests/${reference}`

/** The scenarios of the OCI distribution spec's conformance suite, "Content Management". */
describe('OCI conformance: content management', () => {
  let api: TestApi
  const ask = (method: string, path: string) => api.as('writer').ask(method, path)

  const tags = async (): Promise<readonly string[]> => {
    const answer = await ask('GET', '/v2/team/app/tags/list')
    expect(answer.status).toBe(200)
    return (answer.json as { tags: string[] }).tags
  }
  const trash = () => api.services.registry.trash.list()

  beforeEach(async () => {
    api = await createTestApi()
    await api.as('writer').pushImage('team/app', image, '1.0', 'latest')
    await api.as('writer').pushImage('team/app', other, '2.0')
  })

  describe('Manifest delete', () => {
    test('DELETE request to manifest tag should return 202, and removes only the tag', async () => {
      expect((await ask('DELETE', manifest('latest'))).status).toBe(202)
      expect((await ask('GET', manifest('latest'))).status).toBe(404)
      expect((await ask('GET', manifest('1.0'))).status).toBe(200)
      expect((await ask('GET', manifest(image.digest))).status).toBe(200)
      expect(await tags()).toEqual(['1.0', '2.0'])
      expect(await trash()).toMatchObject([{ manifests: [], tags: [{ name: 'latest' }] }])
    })

    test('with its last tag, the image goes to the trash', async () => {
      await ask('DELETE', manifest('latest'))
      expect((await ask('DELETE', manifest('1.0'))).status).toBe(202)
      expect((await ask('GET', manifest(image.digest))).status).toBe(404)
      expect(await trash()).toMatchObject([{ digest: image.digest, deletedBy: 'writer' }])
    })

    test('DELETE request to manifest (digest) should yield 202 response, with all its tags', async () => {
      expect((await ask('DELETE', manifest(image.digest))).status).toBe(202)
      for (const reference of [image.digest, '1.0', 'latest']) {
        expect((await ask('GET', manifest(reference))).status).toBe(404)
      }
      expect(await tags()).toEqual(['2.0'])
      const [entry] = await trash()
      expect(entry?.tags.map(({ name }) => name).toSorted()).toEqual(['1.0', 'latest'])
    })

    test('the bytes of a deleted image stay until a collection', async () => {
      const [, , layer] = image.blobs
      await ask('DELETE', manifest(image.digest))
      expect((await ask('GET', `/v2/team/app/blobs/${layer?.digest}`)).status).toBe(200)
    })

    test('GET request to tags list should reflect manifest deletion', async () => {
      await ask('DELETE', manifest(image.digest))
      await ask('DELETE', manifest(other.digest))
      expect(await tags()).toEqual([])
    })

    test.each(['gone', contentOf('gone').digest])(
      'DELETE of what is not there is 404: %s',
      async (reference) => {
        const answer = await ask('DELETE', manifest(reference))
        expect(answer).toMatchObject({ status: 404, code: 'MANIFEST_UNKNOWN' })
      },
    )

    test('DELETE in a repository that is not there is 404', async () => {
      const answer = await ask('DELETE', '/v2/team/none/manifests/1.0')
      expect(answer.status).toBe(404)
      expect(['NAME_UNKNOWN', 'MANIFEST_UNKNOWN']).toContain(answer.code)
    })

    test('a platform that a tagged index lists cannot be deleted from under it', async () => {
      const platform = tinyImage({ layers: ['arm'] })
      await api.as('writer').pushImage('team/app', platform)
      await api.as('writer').pushImage('team/app', tinyIndex({ arm64: platform }), 'multi')
      const answer = await ask('DELETE', manifest(platform.digest))
      expect(answer).toMatchObject({ status: 405, code: 'UNSUPPORTED' })
      expect((await ask('GET', manifest(platform.digest))).status).toBe(200)
    })

    test('deletions are in the activity log with who and from where', async () => {
      await api.as('writer', { remoteAddress: '192.0.2.7' }).ask('DELETE', manifest(image.digest))
      const { events } = await api.services.state.activity.list({
        kinds: ['image deleted'],
        limit: 10,
      })
      expect(events).toMatchObject([{ actor: 'writer', from: '192.0.2.7', repository: 'team/app' }])
    })
  })

  describe('Blob delete', () => {
    test('DELETE request to blob URL should yield 202 response, GET then 404', async () => {
      const blob = contentOf('of no image')
      await api.as('writer').pushBlob('team/app', blob)
      const path = `/v2/team/app/blobs/${blob.digest}`
      expect((await ask('DELETE', path)).status).toBe(202)
      expect(await ask('GET', path)).toMatchObject({ status: 404, code: 'BLOB_UNKNOWN' })
      expect(await ask('DELETE', path)).toMatchObject({ status: 404, code: 'BLOB_UNKNOWN' })
    })

    test('of a blob that an image needs it is 405 with a message, and removes nothing', async () => {
      const path = `/v2/team/app/blobs/${image.blobs[1]?.digest}`
      expect(await ask('DELETE', path)).toMatchObject({
        status: 405,
        code: 'UNSUPPORTED',
        message: expect.stringContaining('delete that image first'),
      })
      expect((await ask('GET', path)).status).toBe(200)
    })
  })

  describe('Upload cancel', () => {
    test('DELETE of an upload is 204, and there is nothing to go on with', async () => {
      const begun = await ask('POST', '/v2/team/app/blobs/uploads/')
      const session = begun.headers.get('Location') ?? ''
      expect((await ask('DELETE', session)).status).toBe(204)
      for (const method of ['GET', 'DELETE', 'PATCH']) {
        expect(await ask(method, session)).toMatchObject({
          status: 404,
          code: 'BLOB_UPLOAD_UNKNOWN',
        })
      }
    })
  })
})
