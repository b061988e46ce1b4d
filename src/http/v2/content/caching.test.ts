import { tinyImage } from '#testing/builders/tiny-image.ts'
import { expect, test } from 'vitest'
import { createTestApi } from '#testing/builders/test-api.ts'

const image = tinyImage({ layers: ['a layer'] })

test.each([
  ['GET', '/v2/', 'no-store'],
  ['GET', '/v2/_catalog', 'no-store'],
  ['GET', '/v2/team/app/tags/list', 'no-store'],
  ['GET', `/v2/team/app/referrers/${image.digest}`, 'no-store'],
  ['GET', '/v2/team/none/tags/list', 'no-store'],
  ['GET', '/v2/team/app/manifests/1.0', 'private, no-cache'],
  ['HEAD', `/v2/team/app/manifests/${image.digest}`, 'private, no-cache'],
  ['GET', `/v2/team/app/blobs/${image.blobs[1]?.digest}`, 'private, max-age=31536000, immutable'],
])('%s %s says how long it may be cached', async (method, path, value) => {
  const api = await createTestApi()
  await api.as('writer').pushImage('team/app', image, '1.0')
  const answer = await api.as('writer').ask(method, path)
  expect(answer.headers.get('Cache-Control')).toBe(value)
})

test('a 304 says how long it may be cached', async () => {
  const api = await createTestApi()
  await api.as('writer').pushImage('team/app', image, '1.0')
  const headers = { 'If-None-Match': `"${image.digest}"` }
  const answer = await api.as('writer').ask('GET', '/v2/team/app/manifests/1.0', { headers })
  expect(answer.status).toBe(304)
  expect(answer.headers.get('Cache-Control')).toBe('private, no-cache')
  const stranger = await api.as(null).ask('GET', '/v2/')
  expect(stranger.headers.get('Cache-Control')).toBe('no-store')
})
