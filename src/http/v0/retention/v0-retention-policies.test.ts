import { retentionPolicies, retentionVersions } from '#contract/rules/retention.ts'
import { describe, expect, test } from 'vitest'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'

const text = `rules:
  - protect: { tags: [stable] }
  - remove: { tags: ['pr-*'], olderThan: 14d }
expect:
  - { tag: pr-12, pushed: 20d ago, is: removed }
`

const put = (
  api: TestApi,
  scope: string,
  body: string,
  headers: Record<string, string> = {},
  by: TestPerson = 'admin',
) =>
  api.as(by).ask('PUT', `/api/v0/retention/policies/${scope}`, {
    body,
    headers: { 'Content-Type': 'application/yaml', ...headers },
  })

const get = async (api: TestApi, path = '', by: TestPerson = 'admin') => {
  const answer = await api.as(by).ask('GET', `/api/v0/retention/policies${path}`)
  return { status: answer.status, etag: answer.headers.get('ETag'), body: JSON.parse(answer.text) }
}

const scopesFor = async (api: TestApi, by: TestPerson): Promise<readonly string[]> => {
  const { body } = await get(api, '', by)
  return body.policies.map(({ scope }: { scope: string }) => scope)
}

describe('a retention policy', () => {
  test('reads back as it was written, with its rules in words', async () => {
    const api = await createTestApi()
    const saved = await put(api, 'team/app', text)
    expect([saved.status, saved.headers.get('ETag')]).toEqual([200, '"1"'])
    const { status, etag, body } = await get(api, '/team/app')
    expect([status, etag]).toEqual([200, '"1"'])
    expect(body).toMatchObject({
      scope: 'team/app',
      version: 1,
      text,
      problem: null,
      savedBy: 'admin',
      savedAt: new Date(api.clock.nowMs()).toISOString(),
      rules: [
        { verb: 'protect', line: 2, words: 'Protect tags stable' },
        { verb: 'remove', line: 3, words: 'Remove tags pr-* pushed more than 14 days ago' },
      ],
      versions: [{ version: 1, savedBy: 'admin', text }],
    })
  })

  test('that is sent as JSON is kept as JSON', async () => {
    const api = await createTestApi()
    const json = '{"rules":[{"keep":{"tags":["v1.10"]}}]}'
    await put(api, 'registry', json, { 'Content-Type': 'application/json; charset=utf-8' })
    expect((await get(api, '/registry')).body).toMatchObject({
      text: json,
      rules: [{ words: 'Keep tags v1.10' }],
    })
  })

  test('of another media type is refused', async () => {
    const api = await createTestApi()
    expect((await put(api, 'team', text, { 'Content-Type': 'text/plain' })).status).toBe(415)
  })

  test('that two people save at once is refused to the second, with both', async () => {
    const api = await createTestApi()
    await put(api, 'team', 'rules: []')
    const other = await put(api, 'team', text, { 'If-Match': '"1"' }, 'owner')
    expect(other.status).toBe(200)
    const mine = 'rules: [{ keep: { tags: x } }]'
    const refused = await put(api, 'team', mine, { 'If-Match': '"1"' })
    expect([refused.status, refused.code]).toEqual([409, 'POLICY_CHANGED'])
    expect(JSON.parse(refused.text).errors[0].detail).toMatchObject({
      current: { version: 2, text, savedBy: 'owner' },
      yours: mine,
    })
    expect((await put(api, 'team', mine, { 'If-Match': '"2"' })).status).toBe(200)
    const { versions } = (await get(api, '/team')).body
    expect(versions.map(({ version }: { version: number }) => version)).toEqual([3, 2, 1])
  })

  test('is saved only as a first one where none was seen', async () => {
    const api = await createTestApi()
    const first = { 'If-Match': '"0"' }
    expect((await put(api, 'team', text, first)).status).toBe(200)
    expect((await put(api, 'team', text, first)).status).toBe(409)
    expect((await put(api, 'team', text, { 'If-Match': 'W/"1"' })).status).toBe(400)
  })

  test('goes on counting after its removal, so that no version comes twice', async () => {
    const api = await createTestApi()
    await put(api, 'team', text)
    const remove = (version: string) =>
      api.as('owner').ask('DELETE', '/api/v0/retention/policies/team', {
        headers: { 'If-Match': version },
      })
    expect((await remove('"7"')).status).toBe(409)
    expect((await remove('"1"')).status).toBe(204)
    expect((await remove('"1"')).status).toBe(404)
    expect((await get(api, '/team')).status).toBe(404)
    expect(await scopesFor(api, 'admin')).toEqual([])
    // A page that was open all the time still shows version 1.
    expect((await put(api, 'team', text, { 'If-Match': '"1"' })).status).toBe(409)
    const again = await put(api, 'team', text, { 'If-Match': '"0"' })
    expect(again.headers.get('ETag')).toBe('"3"')
    const { versions } = (await get(api, '/team')).body
    expect(versions.map((one: { text: string | null }) => one.text)).toEqual([text, null, text])
  })

  test('that was removed still has its versions, for those who see the scope', async () => {
    const api = await createTestApi()
    await put(api, 'team', text)
    await api.as('admin').ask('DELETE', '/api/v0/retention/policies/team')
    const versionsFor = async (name: 'admin' | 'reader', scope: string) => {
      const answer = await api.as(name).ask('GET', `/api/v0/retention/versions/${scope}`)
      expect(answer.status).toBe(200)
      return checkedBody(answer, retentionVersions).versions
    }
    expect(await versionsFor('admin', 'team')).toMatchObject([
      { version: 2, text: null, savedBy: 'admin' },
      { version: 1, text },
    ])
    expect(await versionsFor('admin', 'registry')).toEqual([])
    await put(api, 'secret', text)
    expect(await versionsFor('admin', 'secret')).toHaveLength(1)
    expect(await versionsFor('reader', 'secret')).toEqual([])
  })

  test('is listed with what the caller was granted', async () => {
    const api = await createTestApi()
    const list = async (name: 'admin' | 'reader') =>
      checkedBody(await api.as(name).ask('GET', '/api/v0/retention/policies'), retentionPolicies)
        .grants
    expect(await list('admin')).toEqual([])
    expect(await list('reader')).toContainEqual({ scope: 'team', accessLevel: 'read-only' })
  })

  test('of rules of another version is shown, and says that it cannot be read', async () => {
    const api = await createTestApi()
    const stored = { scope: 'team', version: 1, text, format: 2, savedAtMs: 1, savedBy: 'ada' }
    await api.services.state.retentionPolicies.add(stored)
    expect((await get(api, '/team')).body).toMatchObject({
      text,
      rules: [],
      problem: 'it has rules of another version (2)',
    })
    expect((await put(api, 'team', text, { 'If-Match': '"1"' })).status).toBe(200)
    expect((await get(api, '/team')).body).toMatchObject({ version: 2, problem: null })
  })

  test.each(['Team', 'team//app', '*'])('of the scope %s is refused', async (scope) => {
    const api = await createTestApi()
    expect((await put(api, encodeURIComponent(scope), text)).code).toBe('INVALID_PARAMETERS')
  })

  test('is shown to those who see something in its scope', async () => {
    const api = await createTestApi()
    for (const scope of ['registry', 'team', 'team/app', 'secret', 'team-b/app']) {
      await put(api, scope, text)
    }
    expect(await scopesFor(api, 'admin')).toEqual([
      'registry',
      'secret',
      'team',
      'team-b/app',
      'team/app',
    ])
    expect(await scopesFor(api, 'reader')).toEqual(['registry', 'team', 'team/app'])
    expect(await scopesFor(api, 'stranger')).toEqual(['registry'])
    expect((await get(api, '/secret', 'reader')).status).toBe(404)
    await api.services.state.accounts.setGrants('stranger', [
      { scope: 'team/app', accessLevel: 'read-only' },
    ])
    expect(await scopesFor(api, 'stranger')).toEqual(['registry', 'team', 'team/app'])
  })

  test('of the registry is for administrators, and of a namespace also for its own', async () => {
    const api = await createTestApi()
    expect((await put(api, 'registry', text, {}, 'owner')).status).toBe(403)
    expect((await put(api, 'secret', text, {}, 'owner')).status).toBe(403)
    expect((await put(api, 'team/app', text, {}, 'owner')).status).toBe(200)
    expect((await put(api, 'team', text, {}, 'writer')).status).toBe(403)
  })
})
