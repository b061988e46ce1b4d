import { describe, expect, test, vi } from 'vitest'
import type { HostBindings } from './env.ts'
import { createTestApi } from '#testing/builders/test-api.ts'

const root = { name: 'root', isAdmin: true, grants: [] }

describe('the application', () => {
  test('answers what is not there as JSON', async () => {
    const api = await createTestApi()
    const answer = await api.as('admin').ask('GET', '/elsewhere')
    expect(answer).toMatchObject({ status: 404, code: 'NOT_FOUND' })
  })

  test('a failure is answered without its words, and logged with them', async () => {
    const api = await createTestApi()
    vi.spyOn(api.services.registry.catalog, 'repositories').mockRejectedValue(
      new Error('the secret path'),
    )
    const answer = await api.as('admin').ask('GET', '/v2/_catalog')
    expect(answer).toMatchObject({ status: 500, code: 'UNKNOWN' })
    expect(answer.text).not.toContain('secret')
    expect(api.failures).toEqual([expect.stringMatching(/^GET \/v2\/_catalog: .*the secret path/)])
  })

  test('a host cannot pass off somebody as signed in', async () => {
    const api = await createTestApi()
    const bindings = { principal: root } as HostBindings
    const response = await api.fetch(new Request('http://registry.test/v2/'), bindings)
    expect(response.status).toBe(401)
  })

  test('a session signs in for /v2 too, and writing needs the proof of origin', async () => {
    const api = await createTestApi()
    const signedIn = await api.services.authentication.signIn('writer', 'writer-password', null)
    if (!signedIn.ok) throw new Error(signedIn.refusal.message)
    const browser = api.as(null, { sessionToken: signedIn.value.token })
    expect((await browser.ask('GET', '/v2/')).status).toBe(200)
    const uploads = '/v2/team/app/blobs/uploads/'
    expect(await browser.ask('POST', uploads)).toMatchObject({ status: 403, code: 'DENIED' })
    const headers = { 'X-Jetsam-Client': 'dashboard' }
    expect((await browser.ask('POST', uploads, { headers })).status).toBe(202)
  })

  test('sample images are pushed in the name of somebody', async () => {
    const api = await createTestApi()
    const target = { push: api.fetchAs(root), origin: 'http://registry.test' }
    const repositories = await api.services.loadSamples(target)
    expect(repositories.length).toBeGreaterThan(1)
    const { json } = await api.as('admin').ask('GET', '/v2/_catalog')
    expect(json).toEqual({ repositories })
    const { events } = await api.services.state.activity.list({ limit: 1 })
    expect(events).toMatchObject([{ kind: 'image pushed', actor: 'root' }])
  })
})
