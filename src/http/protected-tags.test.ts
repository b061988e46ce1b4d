import { beforeEach, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'

/** No way leads around a `protect` rule: each way to take a tag from its image, and the answer. */

const first = tinyImage({ layers: ['first'] })
const second = tinyImage({ layers: ['second'] })
const v2 = '/v2/team/app/manifests'
const app = '/api/v0/repositories/team/app'

const contentOf = (image: typeof first) => ({
  headers: { 'Content-Type': image.mediaType },
  body: image.bytes,
})
const yaml = (body: string) => ({ headers: { 'Content-Type': 'application/yaml' }, body })

let api: TestApi

const ask = (
  method: string,
  path: string,
  request?: Parameters<ReturnType<TestApi['as']>['ask']>[2],
) => api.as('admin').ask(method, path, request)

async function policy(scope: string, ...rules: readonly string[]): Promise<void> {
  const body = ['rules:', ...rules.map((rule) => `  - ${rule}`)].join('\n')
  const { status, text } = await ask('PUT', `/api/v0/retention/policies/${scope}`, yaml(body))
  expect([status, text]).toEqual([200, text])
}

/** Where the tag points now; null: there is no such tag. */
async function shown(tag: string): Promise<string | null> {
  const { status, headers } = await ask('HEAD', `${v2}/${tag}`)
  return status === 200 ? headers.get('Docker-Content-Digest') : null
}

beforeEach(async () => {
  api = await createTestApi()
  await api.as('admin').pushImage('team/app', first, 'stable', 'alias', 'dev')
  await api.as('admin').pushImage('team/app', second, 'other')
  await policy('team', 'protect: { tags: [stable] }')
})

describe('a protected tag', () => {
  test('is not moved by a push, and the client gets the reason to print', async () => {
    const answer = await ask('PUT', `${v2}/stable`, contentOf(second))
    expect([answer.status, answer.code]).toEqual([403, 'DENIED'])
    expect(answer.message).toBe(
      'stable in team/app is protected: the retention policy of team says "Protect tags stable"; use another tag, or ask those who may change the policy',
    )
    expect(await shown('stable')).toBe(first.digest)
    const kinds = (await api.services.state.activity.list({ limit: 1 })).events.map(
      ({ kind }) => kind,
    )
    expect(kinds).toEqual(['retention policy changed'])
    expect(await api.services.state.pendingActs.all()).toEqual([])
  })

  test('is not moved by a push of a digest that asks for tags', async () => {
    const path = `${v2}/${second.digest}?tag=new&tag=stable`
    expect((await ask('PUT', path, contentOf(second))).code).toBe('DENIED')
    expect(await shown('stable')).toBe(first.digest)
    expect(await shown('new')).toBeNull()
  })

  test('can be pushed again as it is, and pushed at first', async () => {
    expect((await ask('PUT', `${v2}/stable`, contentOf(first))).status).toBe(201)
    await policy('team', 'protect: { tags: [stable, new] }')
    expect((await ask('PUT', `${v2}/new`, contentOf(second))).status).toBe(201)
    expect((await ask('PUT', `${v2}/new`, contentOf(first))).status).toBe(403)
  })

  test.each([
    ['as a tag', `${app}/tags/stable`],
    ['with its image', `${app}/manifests/stable`],
    ['with its image by another tag', `${app}/manifests/alias`],
    ['with its image by digest', `${app}/manifests/${first.digest}`],
  ])('is not deleted %s', async (_, path) => {
    const answer = await ask('DELETE', path)
    expect([answer.status, answer.code]).toEqual([409, 'TAG_PROTECTED'])
    expect(answer.json).toMatchObject({
      errors: [
        {
          detail: {
            protectedTags: [{ name: 'stable', scope: 'team', rule: 'Protect tags stable' }],
          },
        },
      ],
    })
    for (const tag of ['stable', 'alias', 'dev']) expect(await shown(tag)).toBe(first.digest)
    expect(await api.services.registry.trash.list()).toEqual([])
  })

  test.each(['stable', first.digest])('is not deleted by a client: %s', async (reference) => {
    const answer = await ask('DELETE', `${v2}/${reference}`)
    expect([answer.status, answer.code]).toEqual([403, 'DENIED'])
    expect(await shown('stable')).toBe(first.digest)
  })

  test('leaves the other tags of its image free', async () => {
    expect((await ask('DELETE', `${app}/tags/alias`)).status).toBe(204)
    expect((await ask('PUT', `${v2}/dev`, contentOf(second))).status).toBe(201)
    expect(await shown('stable')).toBe(first.digest)
  })

  test('that is the last of its image stays with it', async () => {
    await ask('DELETE', `${app}/tags/alias`)
    await ask('DELETE', `${app}/tags/dev`)
    expect((await ask('DELETE', `${app}/tags/stable`)).code).toBe('TAG_PROTECTED')
    expect(await shown('stable')).toBe(first.digest)
  })

  test('keeps its platforms as before, and is kept with them', async () => {
    const index = tinyIndex({ amd64: first })
    await api.as('admin').pushImage('team/app', index, 'multi')
    await policy('team', 'protect: { tags: [multi] }')
    expect((await ask('DELETE', `${app}/manifests/${index.digest}`)).code).toBe('TAG_PROTECTED')
    // The tags of the platform alone may go; it stays in its index.
    expect((await ask('DELETE', `${app}/manifests/stable`)).status).toBe(204)
    expect((await ask('HEAD', `${v2}/${first.digest}`)).status).toBe(200)
  })

  test('is not replaced by a restoration', async () => {
    await policy('team', 'protect: { tags: [] }'.replace('[]', '[none]'))
    const deleted = await ask('DELETE', `${app}/manifests/${first.digest}`)
    const entry = deleted.headers.get('Jetsam-Trash-Entry')
    await ask('PUT', `${v2}/stable`, contentOf(second))
    await policy('team', 'protect: { tags: [stable] }')
    const restore = (body: object) =>
      ask('POST', `/api/v0/trash/${entry}/restore`, {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      })
    const refused = await restore({ onConflict: 'replace' })
    expect([refused.status, refused.code]).toEqual([409, 'TAG_PROTECTED'])
    expect(await shown('stable')).toBe(second.digest)
    expect((await restore({ onConflict: 'replace', tags: { stable: null } })).status).toBe(204)
    expect(await shown('stable')).toBe(second.digest)
    expect(await shown('alias')).toBe(first.digest)
  })

  test('that shows nothing is not deleted, and a push repairs it', async () => {
    const link = 'docker/registry/v2/repositories/team/app/_manifests/tags/stable/current/link'
    await api.storage.write(link, new Uint8Array())
    expect((await ask('DELETE', `${app}/tags/stable`)).code).toBe('TAG_PROTECTED')
    expect((await ask('PUT', `${v2}/stable`, contentOf(second))).status).toBe(201)
    expect(await shown('stable')).toBe(second.digest)
  })
})

describe('what decides is the policy of the narrowest scope', () => {
  test('and not one that is wider', async () => {
    await policy('registry', `protect: { tags: ['*'] }`)
    await policy('team/app', 'protect: { tags: [other] }')
    expect((await ask('DELETE', `${app}/tags/other`)).code).toBe('TAG_PROTECTED')
    expect((await ask('DELETE', `${app}/tags/stable`)).status).toBe(204)
    await api.as('admin').pushImage('alone', first, '1')
    const answer = await ask('DELETE', '/api/v0/repositories/alone/tags/1')
    expect(answer.message).toContain('the retention policy of the registry says "Protect all tags"')
  })

  test('as it is now: a saved policy holds at once, and a removed one no longer', async () => {
    await policy('team', 'protect: { tags: [dev] }')
    expect((await ask('DELETE', `${app}/tags/dev`)).code).toBe('TAG_PROTECTED')
    expect((await ask('DELETE', '/api/v0/retention/policies/team')).status).toBe(204)
    expect((await ask('DELETE', `${app}/tags/dev`)).status).toBe(204)
  })

  test('and one that cannot be read protects everything', async () => {
    const [newest] = await api.services.state.retentionPolicies.newestOf(['team'])
    const version = (newest?.version ?? 0) + 1
    const stored = {
      scope: 'team',
      version,
      text: 'rules: x',
      format: 2,
      savedAtMs: 1,
      savedBy: null,
    }
    await api.services.state.retentionPolicies.add(stored)
    const answer = await ask('DELETE', `${app}/tags/dev`)
    expect(answer.code).toBe('TAG_PROTECTED')
    expect(answer.message).toContain('cannot be read')
    expect((await ask('PUT', `${v2}/brand-new`, contentOf(first))).status).toBe(201)
  })
})
