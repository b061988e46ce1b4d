import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, test } from 'vitest'

const blob = contentOf('twenty-six bytes of a blob')
const uploads = '/v2/team/app/blobs/uploads/'

let api: TestApi
const ask = (method: string, path: string, body?: string, headers = {}) =>
  api.as('writer').ask(method, path, { headers, ...(body === undefined ? {} : { body }) })

const begin = async (): Promise<string> => {
  const { status, headers } = await ask('POST', uploads)
  expect(status).toBe(202)
  return headers.get('Location') ?? ''
}

const stored = async (): Promise<string | null> => {
  const answer = await ask('GET', `/v2/team/app/blobs/${blob.digest}`)
  return answer.status === 200 ? answer.text : null
}

const mountIn = (repository: string, from?: string) =>
  ask(
    'POST',
    `/v2/${repository}/blobs/uploads/?mount=${encodeURIComponent(blob.digest)}${from ? `&from=${from}` : ''}`,
  )

/** The scenarios of the OCI distribution spec's conformance suite, "Push". */
describe('OCI conformance: push', () => {
  beforeEach(async () => {
    api = await createTestApi()
  })

  describe('Blob Upload Streamed', () => {
    test('PATCH request with blob in body should yield 202, PUT to session URL 201', async () => {
      const session = await begin()
      expect(session).toMatch(/^\/v2\/team\/app\/blobs\/uploads\/[\w-]+$/)
      const patched = await ask('PATCH', session, 'twenty-six bytes of a blob')
      expect(patched.status).toBe(202)
      expect(patched.headers.get('Range')).toBe('0-25')
      const location = patched.headers.get('Location')
      const put = await ask('PUT', `${location}?digest=${blob.digest}`)
      expect(put.status).toBe(201)
      expect(put.headers.get('Location')).toBe(`/v2/team/app/blobs/${blob.digest}`)
      expect(put.headers.get('Docker-Content-Digest')).toBe(blob.digest)
      expect(await stored()).toBe('twenty-six bytes of a blob')
    })
  })

  describe('Blob Upload Monolithic', () => {
    test('POST request with digest and blob should yield a 201', async () => {
      const answer = await ask(
        'POST',
        `${uploads}?digest=${blob.digest}`,
        'twenty-six bytes of a blob',
      )
      expect(answer.status).toBe(201)
      expect(answer.headers.get('Location')).toBe(`/v2/team/app/blobs/${blob.digest}`)
      expect(await stored()).not.toBeNull()
    })

    test('PUT upload of a blob should yield a 201 Response', async () => {
      const put = await ask(
        'PUT',
        `${await begin()}?digest=${blob.digest}`,
        'twenty-six bytes of a blob',
      )
      expect(put.status).toBe(201)
      expect(await stored()).not.toBeNull()
    })

    test('the empty blob can be pushed', async () => {
      const empty = contentOf('')
      expect((await ask('PUT', `${await begin()}?digest=${empty.digest}`)).status).toBe(201)
      const answer = await ask('GET', `/v2/team/app/blobs/${empty.digest}`)
      expect(answer).toMatchObject({ status: 200, text: '' })
    })
  })

  describe('Blob Upload Chunked', () => {
    test('Out-of-order blob upload should return 416', async () => {
      const session = await begin()
      const headers = { 'Content-Range': '10-25' }
      const answer = await ask('PATCH', session, ' bytes of a blob', headers)
      expect(answer).toMatchObject({ status: 416, code: 'RANGE_INVALID' })
      expect(answer.headers.get('Range')).toBe('0-0')
      expect(answer.headers.get('Location')).toBe(session)
    })

    test('chunks in order, a retried chunk is 416, GET on stale upload 204, final PUT 201', async () => {
      const session = await begin()
      const first = { 'Content-Range': '0-9' }
      expect((await ask('PATCH', session, 'twenty-six', first)).status).toBe(202)
      const again = await ask('PATCH', session, 'twenty-six', first)
      expect(again.status).toBe(416)
      expect(again.headers.get('Range')).toBe('0-9')

      const status = await ask('GET', session)
      expect(status).toMatchObject({ status: 204, text: '' })
      expect(status.headers.get('Range')).toBe('0-9')

      const last = { 'Content-Range': '10-25' }
      const put = await ask('PUT', `${session}?digest=${blob.digest}`, ' bytes of a blob', last)
      expect(put.status).toBe(201)
      expect(await stored()).toBe('twenty-six bytes of a blob')
      expect((await ask('GET', session)).status).toBe(404)
    })
  })

  describe('Cross-Repository Blob Mount', () => {
    test('POST request to mount another repository’s blob should return 201', async () => {
      await api.as('writer').pushBlob('team/app', blob)
      const answer = await mountIn('team/other', 'team/app')
      expect(answer.status).toBe(201)
      expect(answer.headers.get('Location')).toBe(`/v2/team/other/blobs/${blob.digest}`)
      expect((await ask('GET', `/v2/team/other/blobs/${blob.digest}`)).status).toBe(200)
    })

    test('Cross-mounting of nonexistent blob should yield session id', async () => {
      const answer = await mountIn('team/other', 'team/app')
      expect(answer.status).toBe(202)
      expect(answer.headers.get('Location')).toMatch(/^\/v2\/team\/other\/blobs\/uploads\/./)
    })

    test('Cross-mounting without from, and automatic content discovery should return a 201', async () => {
      await api.as('writer').pushBlob('team/app', blob)
      const answer = await mountIn('team/other')
      expect(answer.status).toBe(201)
      expect(answer.headers.get('Location')).toBe(`/v2/team/other/blobs/${blob.digest}`)
      expect((await ask('GET', `/v2/team/other/blobs/${blob.digest}`)).status).toBe(200)
    })

    test('without from, nothing is mounted from where the account may not read', async () => {
      await api.as('admin').pushBlob('secret/app', blob)
      expect((await mountIn('team/other')).status).toBe(202)
      expect((await ask('GET', `/v2/team/other/blobs/${blob.digest}`)).status).toBe(404)
    })

    test.each(['Not/A/Name', '../app'])(
      'Cross-mounting from %s should yield session id',
      async (from) => {
        await api.as('writer').pushBlob('team/app', blob)
        expect((await mountIn('team/other', from)).status).toBe(202)
      },
    )

    test('what the account may not read cannot be mounted', async () => {
      await api.as('admin').pushBlob('secret/app', blob)
      expect((await mountIn('team/other', 'secret/app')).status).toBe(202)
      expect((await ask('GET', `/v2/team/other/blobs/${blob.digest}`)).status).toBe(404)
    })
  })

  describe('Manifest Upload', () => {
    const image = tinyImage({ layers: ['one', 'two'] })

    test('PUT should accept a manifest upload', async () => {
      for (const tag of ['test0', 'test1', 'test2', 'test3']) {
        await api.as('writer').pushImage('team/app', image, tag)
      }
      const answer = await ask('GET', `/v2/team/app/manifests/${image.digest}`)
      expect(answer.status).toBe(200)
      expect((await ask('GET', '/v2/team/app/manifests/test3')).text).toBe(answer.text)
    })

    test('Registry should accept a manifest upload with no layers', async () => {
      await api.as('writer').pushImage('team/app', tinyImage({ layers: [] }), 'emptylayer')
    })

    test('the answer says where the manifest is', async () => {
      await api.as('writer').pushImage('team/app', image)
      const answer = await api.as('writer').ask('PUT', '/v2/team/app/manifests/1.0', {
        headers: { 'Content-Type': `${image.mediaType}; charset=utf-8` },
        body: image.bytes,
      })
      expect(answer.status).toBe(201)
      expect(answer.headers.get('Location')).toBe(`/v2/team/app/manifests/${image.digest}`)
      expect(answer.headers.get('Docker-Content-Digest')).toBe(image.digest)
      expect(answer.headers.get('OCI-Subject')).toBeNull()
    })

    test('PUT of a manifest with a subject answers OCI-Subject, also when it is not there', async () => {
      const artifact = tinyImage({ layers: ['signature'], subject: image, artifactType: 'a/b' })
      for (const part of artifact.blobs) await api.as('writer').pushBlob('team/app', part)
      const answer = await api
        .as('writer')
        .ask('PUT', `/v2/team/app/manifests/${artifact.digest}`, {
          headers: { 'Content-Type': artifact.mediaType },
          body: artifact.bytes,
        })
      expect(answer.status).toBe(201)
      expect(answer.headers.get('OCI-Subject')).toBe(image.digest)
    })
  })
})
