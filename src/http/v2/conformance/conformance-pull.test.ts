import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { beforeAll, describe, expect, test } from 'vitest'

const image = tinyImage({ layers: ['layer of ten bytes or so'] })
const [config, layer] = image.blobs
const nowhere = contentOf('never pushed').digest

let api: TestApi
const ask = (method: string, path: string, headers = {}) =>
  api.as('reader').ask(method, path, { headers })

/** The scenarios of the OCI distribution spec's conformance suite, "Pull". */
describe('OCI conformance: pull', () => {
  beforeAll(async () => {
    api = await createTestApi()
    await api.as('writer').pushImage('team/app', image, '1.0')
  })

  describe('Pull blobs', () => {
    test('HEAD request to nonexistent blob should result in 404 response', async () => {
      const answer = await ask('HEAD', `/v2/team/app/blobs/${nowhere}`)
      expect(answer).toMatchObject({ status: 404, text: '' })
    })

    test('HEAD request to existing blob should yield 200', async () => {
      const answer = await ask('HEAD', `/v2/team/app/blobs/${layer?.digest}`)
      expect(answer).toMatchObject({ status: 200, text: '' })
      expect(answer.headers.get('Docker-Content-Digest')).toBe(layer?.digest)
      expect(answer.headers.get('Content-Length')).toBe('24')
    })

    test('GET nonexistent blob should result in 404 response', async () => {
      const answer = await ask('GET', `/v2/team/app/blobs/${nowhere}`)
      expect(answer).toMatchObject({ status: 404, code: 'BLOB_UNKNOWN' })
    })

    test('GET request to existing blob URL should yield 200', async () => {
      const answer = await ask('GET', `/v2/team/app/blobs/${config?.digest}`)
      expect(answer).toMatchObject({ status: 200, json: { architecture: 'amd64' } })
    })

    test('a blob is there only for repositories that link it', async () => {
      const answer = await ask('GET', `/v2/team/other/blobs/${layer?.digest}`)
      expect(answer).toMatchObject({ status: 404, code: 'BLOB_UNKNOWN' })
    })
  })

  describe('Pull parts of blobs', () => {
    test.each([
      ['bytes=0-4', 'layer', 'bytes 0-4/24'],
      ['bytes=21-', ' so', 'bytes 21-23/24'],
      ['bytes=-2', 'so', 'bytes 22-23/24'],
      ['bytes=21-999', ' so', 'bytes 21-23/24'],
    ])('%s is 206 with that part', async (Range, text, range) => {
      const answer = await ask('GET', `/v2/team/app/blobs/${layer?.digest}`, { Range })
      expect(answer).toMatchObject({ status: 206, text })
      expect(answer.headers.get('Content-Range')).toBe(range)
      expect(answer.headers.get('Content-Length')).toBe(String(text.length))
    })

    test.each(['bytes=24-', 'bytes=5-2', 'bytes=x-y', 'bytes=-0'])('%s is 416', async (Range) => {
      const answer = await ask('GET', `/v2/team/app/blobs/${layer?.digest}`, { Range })
      expect(answer).toMatchObject({ status: 416, code: 'RANGE_INVALID' })
      expect(answer.headers.get('Content-Range')).toBe('bytes */24')
    })

    test('a part of something else than the client has is all of it', async () => {
      const headers = { Range: 'bytes=0-4', 'If-Range': `"${nowhere}"` }
      const answer = await ask('GET', `/v2/team/app/blobs/${layer?.digest}`, headers)
      expect(answer).toMatchObject({ status: 200, text: 'layer of ten bytes or so' })
    })

    test('what the client has already is not sent again', async () => {
      const headers = { 'If-None-Match': `"${layer?.digest}"` }
      const answer = await ask('GET', `/v2/team/app/blobs/${layer?.digest}`, headers)
      expect(answer).toMatchObject({ status: 304, text: '' })
    })
  })

  describe('Pull manifests', () => {
    test('HEAD request to nonexistent manifest should return 404', async () => {
      const answer = await ask('HEAD', '/v2/team/app/manifests/.INVALID_MANIFEST_NAME')
      expect(answer).toMatchObject({ status: 404, text: '' })
    })

    test.each([
      ['by tag', '1.0'],
      ['by digest', image.digest],
    ])('HEAD request to manifest path (%s) should yield 200 response', async (_, reference) => {
      const answer = await ask('HEAD', `/v2/team/app/manifests/${reference}`)
      expect(answer).toMatchObject({ status: 200, text: '' })
      expect(answer.headers.get('Docker-Content-Digest')).toBe(image.digest)
      expect(answer.headers.get('Content-Length')).toBe(String(image.bytes.length))
    })

    test('GET nonexistent manifest should return 404', async () => {
      for (const reference of ['.INVALID_MANIFEST_NAME', 'latest', nowhere, 'sha256:short']) {
        const answer = await ask('GET', `/v2/team/app/manifests/${reference}`)
        expect(answer).toMatchObject({ status: 404, code: 'MANIFEST_UNKNOWN' })
      }
    })

    test.each([
      ['by tag', '1.0'],
      ['by digest', image.digest],
    ])('GET request to manifest path (%s) should yield 200 response', async (_, reference) => {
      const answer = await ask('GET', `/v2/team/app/manifests/${reference}`)
      expect(answer.status).toBe(200)
      expect(contentOf(answer.text).digest).toBe(image.digest)
      expect(answer.headers.get('Content-Type')).toBe(image.mediaType)
    })

    test.each(['text/html', 'application/vnd.docker.distribution.manifest.v2+json', '*/*'])(
      'a client that accepts only %s gets what is stored',
      async (Accept) => {
        const answer = await ask('GET', '/v2/team/app/manifests/1.0', { Accept })
        expect(answer.status).toBe(200)
        expect(answer.headers.get('Content-Type')).toBe(image.mediaType)
      },
    )
  })

  test('400 response body should contain OCI-conforming JSON message', async () => {
    const answer = await api.as('writer').ask('PUT', '/v2/team/app/manifests/sha256:totallywrong', {
      headers: { 'Content-Type': image.mediaType },
      body: image.bytes,
    })
    expect(answer).toMatchObject({
      status: 400,
      json: { errors: [{ code: 'DIGEST_INVALID', message: expect.any(String) }] },
    })
    expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/)
  })
})
