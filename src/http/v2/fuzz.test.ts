import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTestApi } from '#testing/builders/test-api.ts'

const words = fc.constantFrom(
  'team',
  'app',
  'tags',
  'list',
  'manifests',
  'blobs',
  'uploads',
  'referrers',
  '_catalog',
  '..',
  '.',
  '',
  '%2e%2e',
  '%2F',
  '%5c',
  '%00',
  '%zz',
  '~',
  'sha256:',
  '_layers',
  'link',
  'A',
  `sha256:${'0'.repeat(64)}`,
  '..%2f..%2fjetsam',
  '\u{1F433}',
  'a'.repeat(300),
)
const name = fc.array(fc.oneof(words, fc.string({ maxLength: 12 })), { maxLength: 4 })
const ending = fc.constantFrom(
  '/blobs/uploads/',
  '/blobs/uploads/x',
  '/manifests/1.0',
  '/tags/list',
  '',
)
const paths = fc.tuple(name, ending).map(([parts, end]) => `/v2/${parts.join('/')}${end}`)
const methods = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE')

test('no path causes an internal error, and none writes outside the folders of repositories', async () => {
  const api = await createTestApi()
  const admin = api.as('admin')
  await fc.assert(
    fc.asyncProperty(methods, paths, async (method, path) => {
      fc.pre(URL.canParse(path, 'http://registry.test'))
      const body = ['POST', 'PUT', 'PATCH'].includes(method) ? { body: 'x' } : {}
      const { status } = await admin.ask(method, path, body)
      expect(status).toBeLessThan(500)
    }),
    { numRuns: 500, examples: [['POST', '/v2/team/app/blobs/uploads/']] },
  )
  expect(api.failures).toEqual([])
  expect([...api.storage.files()]).not.toEqual([])
  for (const [file] of api.storage.files()) {
    expect(file).toMatch(/^docker\/registry\/v2\/repositories\/[a-z0-9./_-]+\/_uploads\/[\w-]+\//)
  }
})
