import fc from 'fast-check'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { describe, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { createV0 } from './v0.ts'

const image = tinyImage({ layers: ['a layer'] })

/** Parts of malicious input, and names that exist. */
const words = fc.constantFrom(
  'team',
  'app',
  'tags',
  'manifests',
  '1.0',
  image.digest,
  '..',
  '.',
  '',
  '%2e%2e',
  '%2F',
  '%5c',
  '%00',
  '%zz',
  '..%2f..%2fjetsam%2fv1%2ftrash',
  '_manifests',
  'link',
  'A',
  'sha256:',
  `sha256:${'0'.repeat(64)}`,
  'constructor',
  '__proto__',
  '\u{1F433}',
  'a'.repeat(300),
)
const word = fc.oneof(words, fc.string({ maxLength: 12 }).map(encodeURIComponent))
const query = fc.oneof(
  fc.constant(''),
  fc
    .tuple(
      fc.constantFrom(
        'pageSize',
        'pageStart',
        'filter',
        'sort',
        'count',
        'from',
        'to',
        'schedule',
        'query',
        'offset',
        'limit',
        'action',
        'running',
        'kind',
        'actor',
      ),
      fc.oneof(fc.string({ maxLength: 20 }), fc.integer().map(String)),
    )
    .map(([name, value]) => `?${name}=${encodeURIComponent(value)}`),
)

const fields = fc.constantFrom(
  'job',
  'dryRun',
  'plan',
  'schedule',
  'name',
  'password',
  'current',
  'isAdmin',
  'isActive',
  'grants',
  'references',
  'whole',
  'digest',
  'tags',
  'onConflict',
  'timeLimitMinutes',
  'trashRetentionHours',
  '__proto__',
)
const values = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  words,
  fc.constantFrom('registryGC', '0 * * *', 'read-only', 1e308, -1, [], {}),
)
const body = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.dictionary(fields, values, { maxKeys: 5 }).map((it) => JSON.stringify(it)),
  },
  { weight: 1, arbitrary: fc.jsonValue().map((it) => JSON.stringify(it)) },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.constantFrom('{', '[', 'null', '"', '{"a":1}x', '['.repeat(20_000)) },
)
const mediaType = fc.constantFrom(
  'application/json',
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'multipart/form-data',
  ';',
)

async function world(): Promise<TestApi> {
  const api = await createTestApi()
  await api.as('admin').pushImage('team/app', image, '1.0')
  return api
}

/** Expects no failure of ours, errors in JSON, and no file outside the layout. */
async function expectSound(api: TestApi, ask: Promise<{ status: number; json: unknown }>) {
  const { status, json } = await ask
  expect(api.failures).toEqual([])
  expect(status).toBeLessThan(500)
  if (status >= 400) {
    expect(json).toEqual({
      errors: [expect.objectContaining({ code: expect.any(String), message: expect.any(String) })],
    })
  }
  for (const [file] of api.storage.files()) {
    expect(file).toMatch(
      /^(?:docker\/registry\/v2\/(?:blobs|repositories)|jetsam\/v1\/trash)\/[\w./-]+$/,
    )
    expect(file).not.toContain('..')
  }
}

const runs = { numRuns: 300 }

describe('/api/v0 answers any input with something that a client can understand', () => {
  test('at its routes, with anything in their parameters', async () => {
    const api = await world()
    const { routes } = createV0(api.services)
    const patterns = routes.filter(({ method }) => method !== 'ALL')
    const route = fc.constantFrom(...patterns.map(({ method, path }) => [method, path] as const))
    await fc.assert(
      fc.asyncProperty(
        route,
        fc.array(word, { minLength: 4, maxLength: 4 }),
        query,
        body,
        mediaType,
        async ([method, pattern], parts, search, text, type) => {
          let at = 0
          const path = pattern.replaceAll(/:\w+/g, () => parts[at++] ?? '')
          fc.pre(URL.canParse(`http://registry.test/api/v0${path}${search}`))
          const sent = method === 'GET' ? {} : { body: text, headers: { 'Content-Type': type } }
          await expectSound(api, api.as('admin').ask(method, `/api/v0${path}${search}`, sent))
        },
      ),
      runs,
    )
    await api.services.jobs.shutdown()
  })

  test('at any path below it', async () => {
    const api = await world()
    const methods = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'PURGE')
    const begins = fc.constantFrom('', 'repositories', 'trash', 'jobs', 'accounts', 'session')
    await fc.assert(
      fc.asyncProperty(
        methods,
        begins,
        fc.array(word, { maxLength: 5 }),
        async (method, begin, parts) => {
          const path = `/api/v0/${[begin, ...parts].join('/')}`
          fc.pre(URL.canParse(path, 'http://registry.test'))
          const answer = await api.as('owner').ask(method, path)
          // A HEAD answer has no body, and a path that leads out belongs to no API.
          const json = method === 'HEAD' ? { errors: [{ code: '', message: '' }] } : answer.json
          await expectSound(api, Promise.resolve({ status: answer.status, json }))
        },
      ),
      runs,
    )
  })

  test('with any credentials', async () => {
    const api = await world()
    let asked = 0
    const header = fc.oneof(
      fc.constantFrom('Basic', 'Basic ', 'Basic =', 'Bearer x', `Basic ${'A'.repeat(5000)}`),
      fc.base64String({ maxLength: 60 }).map((text) => `Basic ${text}`),
      fc
        .tuple(word, word)
        .map(
          ([name, password]) => `Basic ${btoa([name, password].map(encodeURIComponent).join(':'))}`,
        ),
    )
    await fc.assert(
      fc.asyncProperty(
        header,
        fc.constantFrom('/api/v0/trash', '/metrics'),
        async (value, path) => {
          // Each from another address: otherwise all but the first would be throttled.
          asked += 1
          const remoteAddress = `from ${asked}`
          const anyone = api.as(null, { remoteAddress })
          const answer = await anyone.ask('GET', path, { headers: { Authorization: value } })
          expect(answer.status).toBe(401)
          await expectSound(api, Promise.resolve(answer))
        },
      ),
      runs,
    )
  })
})
