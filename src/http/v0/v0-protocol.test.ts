import { errorBody } from '#contract/errors.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'

const settings = '/api/v0/admin/settings/registry/garbageCollection'
const json = { 'Content-Type': 'application/json' }

/** What all calls have in common. */
describe('calls of /api/v0', () => {
  let api: TestApi
  beforeEach(async () => {
    api = await createTestApi()
  })

  test.each([
    ['PATCH', '/api/v0/session', 'POST, GET, HEAD, DELETE'],
    ['POST', '/api/v0/setup', 'GET, HEAD'],
    ['GET', '/api/v0/setup/samples', 'POST'],
    ['POST', '/api/v0/repositories', 'GET, HEAD'],
    ['PUT', '/api/v0/repositories/team/app', 'GET, HEAD, DELETE'],
    ['POST', '/api/v0/repositories/team/app/tags', 'GET, HEAD, DELETE'],
    ['POST', '/api/v0/repositories/team/app/tags/1.0', 'GET, HEAD, PUT, DELETE'],
    ['PUT', '/api/v0/repositories/team/app/manifests/1.0', 'DELETE, GET, HEAD'],
    ['PUT', '/api/v0/repositories/team/app/deletion-impact', 'POST, GET, HEAD, DELETE'],
    ['GET', '/api/v0/trash/x/restore', 'POST'],
    ['GET', '/api/v0/trash/x', 'DELETE'],
    ['GET', '/api/v0/admin/jobs', 'POST'],
    ['DELETE', '/api/v0/jobs', 'GET, HEAD'],
    ['GET', '/api/v0/jobs/x/cancel', 'POST'],
    ['PUT', `${settings}/schedule`, 'GET, HEAD, POST, DELETE'],
    ['POST', `${settings}/lastSavings`, 'GET, HEAD'],
    ['POST', '/api/v0/garbage-collection/policy', 'GET, HEAD, PUT'],
    ['OPTIONS', '/api/v0/repositories', 'GET, HEAD'],
  ])('%s %s is refused: %s', async (method, path, allowed) => {
    const answer = await api.as('admin').ask(method, path)
    expect(answer).toMatchObject({ status: 405, code: 'NOT_ALLOWED' })
    expect(answer.headers.get('Allow')).toBe(allowed)
  })

  test.each(['/api/v0', '/api/v0/', '/api/v0/nothing', '/api/v0/jobs/x/y', '/api/v1/repositories'])(
    '%s answers 404 in JSON',
    async (path) => {
      const answer = await api.as('admin').ask('GET', path)
      expect(answer).toMatchObject({ status: 404, code: 'NOT_FOUND' })
      expect(() => errorBody.parse(answer.json)).not.toThrow()
    },
  )

  test.each([
    ['POST', '/api/v0/session'],
    ['POST', '/api/v0/admin/jobs'],
    ['POST', `${settings}/schedule`],
    ['PUT', '/api/v0/garbage-collection/policy'],
  ])('%s %s accepts only JSON of the right shape', async (method, path) => {
    const ask = (body: string, headers: Record<string, string>) =>
      api.as('admin').ask(method, path, { body, headers })
    expect(await ask('{}', { 'Content-Type': 'application/x-www-form-urlencoded' })).toMatchObject({
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
    })
    expect(await ask('{', json)).toMatchObject({ status: 400, code: 'INVALID_JSON' })
    expect(await ask('{}', json)).toMatchObject({ status: 400, code: 'INVALID_PARAMETERS' })
    expect(await ask('[]', json)).toMatchObject({ status: 400, code: 'INVALID_PARAMETERS' })
    const large = JSON.stringify({ job: 'x'.repeat(300_000) })
    expect(await ask(large, json)).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' })
  })

  test('cut off an endless body', async () => {
    let sent = 0
    const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        sent += 16_384
        controller.enqueue(new Uint8Array(16_384).fill(32))
      },
    })
    const answer = await api
      .as('admin')
      .ask('POST', '/api/v0/admin/jobs', { body: endless, headers: json })
    expect(answer).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' })
    expect(sent).toBeLessThan(1_000_000)
  })

  test('forbid caches to keep answers and refusals', async () => {
    const admin = api.as('admin')
    for (const path of ['/api/v0/repositories', '/api/v0/jobs/x']) {
      expect((await admin.ask('GET', path)).headers.get('Cache-Control')).toBe('no-store')
    }
  })

  test('refuse wrong credentials at every call, with a challenge', async () => {
    for (const path of ['/api/v0/repositories', '/api/v0/session']) {
      const answer = await api
        .as(null)
        .ask('GET', path, { headers: { Authorization: `Basic ${btoa('admin:wrong')}` } })
      expect(answer).toMatchObject({ status: 401, code: 'NOT_AUTHENTICATED' })
      expect(answer.headers.get('WWW-Authenticate')).toContain('Basic')
    }
  })

  test('answer a failing storage with a JSON error that names no path, and report it', async () => {
    const open = api.storage.list
    Object.assign(api.storage, {
      list: async () => {
        throw new Error('EIO: /secret/place')
      },
    })
    const answer = await api.as('admin').ask('GET', '/api/v0/repositories')
    expect(answer.status).toBe(500)
    expect(answer.text).not.toContain('secret')
    expect(api.failures.join()).toContain('/secret/place')
    expect((await api.as(null).ask('GET', '/healthz')).status).toBe(503)
    Object.assign(api.storage, { list: open })
    expect((await api.as(null).ask('GET', '/healthz')).json).toMatchObject({ status: 'ok' })
  })
})
