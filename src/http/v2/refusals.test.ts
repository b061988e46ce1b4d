import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { contentOf, tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { StoreError } from '#storage/errors.ts'
import { beforeEach, describe, expect, test, vi } from 'vitest'

const image = tinyImage({ layers: ['app'] })
const blob = contentOf('content')
const uploads = '/v2/team/app/blobs/uploads/'

let api: TestApi
const ask = (method: string, path: string, body?: string, headers = {}) =>
  api.as('writer').ask(method, path, { headers, ...(body === undefined ? {} : { body }) })
const begin = async (): Promise<string> =>
  (await ask('POST', uploads)).headers.get('Location') ?? ''
const put = (reference: string, body: string, mediaType: string = image.mediaType) =>
  ask('PUT', `/v2/team/app/manifests/${reference}`, body, { 'Content-Type': mediaType })

/** A client that sends something and then disconnects. */
function bodyThatBreaksOff(text: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  let sent = false
  return new ReadableStream({
    pull(controller) {
      if (sent) controller.error(new Error('connection reset'))
      else controller.enqueue(new TextEncoder().encode(text))
      sent = true
    },
  })
}

beforeEach(async () => {
  api = await createTestApi()
})

describe('paths and names', () => {
  test.each([
    '/v2/Team/App/tags/list',
    '/v2/team/app%00/tags/list',
    '/v2/team/..%2f..%2fetc/tags/list',
    '/v2/team%5capp/tags/list',
    '/v2/-team/app/tags/list',
    `/v2/${'a/'.repeat(200)}b/tags/list`,
  ])('%s is an invalid name: 400', async (path) => {
    expect(await ask('GET', path)).toMatchObject({ status: 400, code: 'NAME_INVALID' })
  })

  test.each(['/v2/../etc/passwd', '/v2/x', '/v2/team/app/%zz', '/v2/team/app/manifests/a/b'])(
    '%s is 404',
    async (path) => {
      expect((await ask('GET', path)).status).toBe(404)
    },
  )

  test.each(['..', '%2e%2e', 'a%2fb', '..%2f..%2fdata', 'x'.repeat(500), '%00'])(
    '%s cannot name an upload',
    async (id) => {
      for (const method of ['GET', 'PATCH', 'DELETE']) {
        const { status } = await ask(method, `${uploads}${id}`)
        expect([400, 404, 405]).toContain(status)
      }
      expect([...api.storage.files()]).toEqual([])
    },
  )

  test.each(['.hidden', 'a b', 'x'.repeat(129), 'ä'])('"%s" cannot be a tag', async (tag) => {
    expect(await put(encodeURIComponent(tag), '{}')).toMatchObject({
      status: 400,
      code: 'TAG_INVALID',
    })
  })

  test('a method that the path does not support is 405 and lists those that it does', async () => {
    const answer = await ask('POST', '/v2/team/app/manifests/1.0', '{}')
    expect(answer).toMatchObject({ status: 405, code: 'UNSUPPORTED' })
    expect(answer.headers.get('Allow')).toBe('GET, HEAD, PUT, DELETE')
    expect((await ask('PUT', '/v2/_catalog', '{}')).headers.get('Allow')).toBe('GET, HEAD')
  })
})

describe('uploads', () => {
  test('bytes that do not match the digest are refused, and stay invisible', async () => {
    const answers = [
      await ask('PUT', `${await begin()}?digest=${blob.digest}`, 'other content'),
      await ask('POST', `${uploads}?digest=${blob.digest}`, 'other content'),
    ]
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 400, code: 'DIGEST_INVALID' })
    }
    expect((await ask('GET', `/v2/team/app/blobs/${blob.digest}`)).status).toBe(404)
    expect(
      (await ask('GET', `/v2/team/app/blobs/${contentOf('other content').digest}`)).status,
    ).toBe(404)
  })

  test.each(['', 'sha256:abc', 'md5:d41d8cd98f00b204e9800998ecf8427e', '../../x'])(
    'the digest "%s" is refused before a byte is read',
    async (digest) => {
      const session = await begin()
      expect(await ask('PUT', `${session}?digest=${digest}`, 'content')).toMatchObject({
        status: 400,
        code: 'DIGEST_INVALID',
      })
      expect((await ask('GET', session)).status).toBe(204)
    },
  )

  test('a chunk must be as long as it says', async () => {
    const session = await begin()
    const contradiction = { 'Content-Range': '0-99', 'Content-Length': '7' }
    expect(await ask('PATCH', session, 'content', contradiction)).toMatchObject({
      status: 400,
      code: 'SIZE_INVALID',
    })
    const tooShort = await ask('PATCH', session, 'content', { 'Content-Range': '0-99' })
    expect(tooShort).toMatchObject({ status: 400, code: 'SIZE_INVALID' })
  })

  test.each(['7-0', 'x', '0-6/x', ''])('a Content-Range of "%s" is 400', async (range) => {
    const answer = await ask('PATCH', await begin(), 'content', { 'Content-Range': range })
    expect(answer).toMatchObject({ status: 400, code: 'BLOB_UPLOAD_INVALID' })
  })

  test('an upload of another repository is unknown', async () => {
    const session = (await begin()).replace('team/app', 'team/other')
    expect(await ask('PATCH', session, 'content')).toMatchObject({
      status: 404,
      code: 'BLOB_UPLOAD_UNKNOWN',
    })
  })

  test('an upload in one request that fails leaves nothing behind', async () => {
    await ask('POST', `${uploads}?digest=${blob.digest}`, 'other content')
    const tooShort = { 'Content-Length': '99' }
    await ask('POST', `${uploads}?digest=${blob.digest}`, 'content', tooShort)
    const path = `${uploads}?digest=${blob.digest}`
    await api.as('writer').ask('POST', path, { body: bodyThatBreaksOff('con') })
    expect([...api.storage.files()].map(([file]) => file)).toEqual([])
  })

  test('an upload whose client disconnects keeps what has arrived, and can continue', async () => {
    const session = await begin()
    const body = bodyThatBreaksOff('con')
    const broken = await api.as('writer').ask('PATCH', session, { body })
    expect(broken).toMatchObject({ status: 400, code: 'BLOB_UPLOAD_INVALID' })
    expect(api.failures).toEqual([])
    expect((await ask('GET', session)).headers.get('Range')).toBe('0-2')
    const rest = await ask('PATCH', session, 'tent', { 'Content-Range': '3-6' })
    expect(rest.status).toBe(202)
    expect((await ask('PUT', `${session}?digest=${blob.digest}`)).status).toBe(201)
  })
})

describe('manifests', () => {
  test('more than 4 MiB is 413, announced or not', async () => {
    const long = JSON.stringify({ layers: [], config: {}, padding: 'x'.repeat(4 * 1024 * 1024) })
    expect(await put('1.0', long)).toMatchObject({ status: 413, code: 'SIZE_INVALID' })
    const body = new Blob([long]).stream()
    const unannounced = await api.as('writer').ask('PUT', '/v2/team/app/manifests/1.0', { body })
    expect(unannounced).toMatchObject({ status: 413, code: 'SIZE_INVALID' })
  })

  test.each(['', '{', '[]', '{}', '{"layers":[{"digest":"x"}],"config":{}}'])(
    '%s is no manifest',
    async (body) => {
      expect(await put('1.0', body)).toMatchObject({ status: 400, code: 'MANIFEST_INVALID' })
    },
  )

  test('bytes that do not match the digest are refused', async () => {
    await api.as('writer').pushImage('team/app', image)
    const answer = await put(contentOf('other').digest, new TextDecoder().decode(image.bytes))
    expect(answer).toMatchObject({ status: 400, code: 'DIGEST_INVALID' })
  })

  test('layers that were never pushed are named in the refusal', async () => {
    const answer = await put('1.0', new TextDecoder().decode(image.bytes))
    expect(answer).toMatchObject({ status: 400, code: 'MANIFEST_BLOB_UNKNOWN' })
    expect(answer.text).toContain(image.blobs[1]?.digest)
    expect((await ask('GET', '/v2/team/app/manifests/1.0')).status).toBe(404)
  })

  test('an index whose platforms were never pushed is refused', async () => {
    const index = tinyIndex({ amd64: image })
    const answer = await put('1.0', new TextDecoder().decode(index.bytes), index.mediaType)
    expect(answer).toMatchObject({ status: 400, code: 'MANIFEST_BLOB_UNKNOWN' })
  })

  test('a Content-Type that contradicts the manifest is refused', async () => {
    await api.as('writer').pushImage('team/app', image)
    const docker = 'application/vnd.docker.distribution.manifest.v2+json'
    const answer = await put('1.0', new TextDecoder().decode(image.bytes), docker)
    expect(answer).toMatchObject({ status: 400, code: 'MANIFEST_INVALID' })
  })
})

describe('storage that fails', () => {
  test.each([
    ['FULL', 507],
    ['FAILED', 500],
  ] as const)('%s is %i, as JSON, and is reported', async (code, status) => {
    vi.spyOn(api.services.registry.uploads, 'start').mockRejectedValue(
      new StoreError(code, 'docker/registry/v2'),
    )
    const answer = await ask('POST', uploads)
    expect(answer).toMatchObject({ status, code: 'UNKNOWN' })
    expect(answer.text).not.toContain('docker/registry')
    expect(api.failures).toHaveLength(1)
  })
})
