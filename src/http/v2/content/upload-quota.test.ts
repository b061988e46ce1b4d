import { contentOf } from '#testing/builders/tiny-image.ts'
import { beforeEach, expect, test } from 'vitest'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'

const uploads = '/v2/team/app/blobs/uploads/'
const blob = contentOf('content')
const maximum = 500

let api: TestApi
const begin = (name: TestPerson = 'writer') => api.as(name).ask('POST', uploads)

beforeEach(async () => {
  api = await createTestApi()
})

async function openAll(): Promise<string[]> {
  const begun = await Promise.all(Array.from({ length: maximum }, () => begin()))
  return begun.map(({ headers }) => headers.get('Location') ?? '')
}

test('too many open uploads of one account are 429 with a message and a time to wait', async () => {
  await openAll()
  const refused = await begin()
  expect(refused).toMatchObject({
    status: 429,
    code: 'TOOMANYREQUESTS',
    message: 'this account has too many uploads open: let its other pushes finish, then try again',
  })
  expect(refused.headers.get('Retry-After')).toBe('10')
  expect((await begin('owner')).status).toBe(202)
})

test('a mount and a blob in one request are still possible, because they need no upload', async () => {
  await api.as('admin').pushBlob('team/other', blob)
  await openAll()
  const writer = api.as('writer')
  const mount = await writer.ask('POST', `${uploads}?mount=${blob.digest}&from=team/other`)
  expect(mount.status).toBe(201)
  const whole = await writer.ask('POST', `${uploads}?digest=${blob.digest}`, { body: 'content' })
  expect(whole.status).toBe(201)
})

test.each([
  ['finished', 201, (path: string) => ['PUT', `${path}?digest=${blob.digest}`, 'content']],
  ['refused for good', 400, (path: string) => ['PUT', `${path}?digest=${blob.digest}`, 'other']],
  ['canceled', 204, (path: string) => ['DELETE', path]],
] as const)('an upload that is %s (%i) makes room', async (_, status, request) => {
  const [open = ''] = await openAll()
  expect((await begin()).status).toBe(429)
  const [method = '', path = '', body] = request(open)
  const ended = await api.as('writer').ask(method, path, body === undefined ? {} : { body })
  expect(ended.status).toBe(status)
  expect((await begin()).status).toBe(202)
  expect((await begin()).status).toBe(429)
})

test('an upload that can still be finished makes no room', async () => {
  const [open = ''] = await openAll()
  const headers = { 'Content-Range': '5-11' }
  const outOfOrder = await api.as('writer').ask('PATCH', open, { body: 'content', headers })
  expect(outOfOrder.status).toBe(416)
  expect((await begin()).status).toBe(429)
})
