import { describe, expect, test, vi } from 'vitest'
import type { HostBindings } from './request-context.ts'
import { createTestApi } from '#testing/builders/test-api.ts'

const root = { name: 'root', isAdmin: true, grants: [] }

describe('the application', () => {
  test('answers an unknown path with 404 as JSON', async () => {
    const api = await createTestApi()
    const answer = await api.as('admin').ask('GET', '/elsewhere')
    expect(answer).toMatchObject({ status: 404, code: 'NOT_FOUND' })
  })

  test('answers a failure without its message, which goes to the log', async () => {
    const api = await createTestApi()
    vi.spyOn(api.services.registry.catalog, 'repositories').mockRejectedValue(
      new Error('the secret path'),
    )
    const answer = await api.as('admin').ask('GET', '/v2/_catalog')
    expect(answer).toMatchObject({ status: 500, code: 'UNKNOWN' })
    expect(answer.text).not.toContain('secret')
    expect(api.failures).toEqual([expect.stringMatching(/^GET \/v2\/_catalog: .*the secret path/)])
  })

  test('ignores a principal that a host passes in', async () => {
    const api = await createTestApi()
    const bindings = { principal: root } as HostBindings
    const response = await api.fetch(new Request('http://registry.test/v2/'), bindings)
    expect(response.status).toBe(401)
  })

  test('accepts a session for /v2 too, but writes only with the header of the dashboard', async () => {
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

  test('pushes sample images in the name of an account', async () => {
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
