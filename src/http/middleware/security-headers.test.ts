import { tinyImage } from '#testing/builders/tiny-image.ts'
import { expect, test, vi } from 'vitest'
import { createTestApi } from '#testing/builders/test-api.ts'

const image = tinyImage({ layers: ['<script>alert(1)</script>'] })

const expected = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
}

test.each([
  ['a pushed blob', 200, `/v2/team/app/blobs/${image.blobs[1]?.digest}`],
  ['a manifest', 200, '/v2/team/app/manifests/1.0'],
  ['JSON', 200, '/api/v0/repositories'],
  ['a refusal', 404, '/api/v0/repositories/team/none'],
  ['a refusal of the registry', 404, '/v2/team/none/tags/list'],
  ['a failure', 500, '/v2/_catalog'],
  ['nothing at all', 404, '/elsewhere'],
  ['the metrics', 200, '/metrics'],
  ['the health', 200, '/healthz'],
])('%s (%i) has the security headers', async (_, status, path) => {
  const api = await createTestApi()
  await api.as('writer').pushImage('team/app', image, '1.0')
  if (status === 500) {
    vi.spyOn(api.services.registry.catalog, 'repositories').mockRejectedValue(new Error('broken'))
  }
  const answer = await api.as('reader').ask('GET', path)
  expect(answer.status).toBe(status)
  for (const [name, value] of Object.entries(expected)) {
    expect([name, answer.headers.get(name)]).toEqual([name, value])
  }
})

test('refusals with 401 and 403 have them too', async () => {
  const api = await createTestApi()
  for (const name of [null, 'stranger'] as const) {
    const { headers } = await api.as(name).ask('POST', '/api/v0/admin/jobs')
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
  }
})
