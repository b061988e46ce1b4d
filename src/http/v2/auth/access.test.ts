import { setAnonymousGrants } from '#services/accounts/anonymous-access.ts'
import { theServer } from '#services/activity/actor.ts'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { parseV2Path, type V2Path } from '../v2-path.ts'

const image = tinyImage({ layers: ['app'] })
const blob = image.blobs[1]?.digest ?? ''
const app = '/v2/team/app'

/**
 * Every route, and the status for [anonymous, anonymous where the repository is public, no access,
 * read-only, read-write, admin of the namespace, administrator, then by access token of the writer
 * for pulling, for pushing, for deleting, of the reader for everything, of the administrator
 * elsewhere].
 */
const routes: readonly (readonly [method: string, path: string, statuses: readonly number[]])[] = [
  ['GET', '/v2/', statuses([401, 401], 200)],
  ['GET', '/v2/token', statuses([200, 200], 200)],
  ['POST', '/v2/token', statuses([415, 415], 415)],
  ['GET', '/v2/_catalog', statuses([401, 401], 200)],
  ['GET', `${app}/tags/list`, reading(200)],
  ['GET', `${app}/manifests/1.0`, reading(200)],
  ['HEAD', `${app}/manifests/1.0`, reading(200)],
  ['PUT', `${app}/manifests/1.0`, pushing(201)],
  ['DELETE', `${app}/manifests/1.0`, deleting(202)],
  ['DELETE', `${app}/manifests/${image.digest}`, deleting(202)],
  ['GET', `${app}/blobs/${blob}`, reading(200)],
  ['HEAD', `${app}/blobs/${blob}`, reading(200)],
  ['DELETE', `${app}/blobs/${blob}`, deleting(405)],
  ['POST', `${app}/blobs/uploads/`, pushing(202)],
  ['GET', `${app}/blobs/uploads/SESSION`, pushing(204)],
  ['PATCH', `${app}/blobs/uploads/SESSION`, pushing(202)],
  ['PUT', `${app}/blobs/uploads/SESSION?digest=DIGEST`, pushing(201)],
  ['DELETE', `${app}/blobs/uploads/SESSION`, pushing(204)],
  ['GET', `${app}/referrers/${image.digest}`, reading(200)],
]

function statuses(nobody: readonly [number, number], others: number) {
  return [...nobody, ...Array.from({ length: 10 }, () => others)]
}
function reading(done: number) {
  return [401, done, 404, done, done, done, done, done, 404, 404, done, 404]
}
function pushing(done: number) {
  return [401, 401, 403, 403, done, done, done, 403, done, 403, 403, 403]
}
function deleting(done: number) {
  return [401, 401, 403, 403, done, done, done, 403, 403, done, 403, 403]
}

/** One of each kind of path: the compiler demands an entry for a new kind. */
const paths: Record<V2Path['kind'], string> = {
  base: '/v2/',
  token: '/v2/token',
  catalog: '/v2/_catalog',
  tags: `${app}/tags/list`,
  manifest: `${app}/manifests/1.0`,
  blob: `${app}/blobs/${blob}`,
  uploads: `${app}/blobs/uploads/`,
  upload: `${app}/blobs/uploads/SESSION`,
  referrers: `${app}/referrers/${image.digest}`,
}

const askers = [
  { name: 'an anonymous caller', as: null },
  { name: 'an anonymous caller, in a public repository', as: null, open: true },
  ...(['stranger', 'reader', 'writer', 'owner', 'admin'] as const).map((as) => ({ name: as, as })),
  ...(['pull', 'push', 'delete'] as const).map((action) => ({
    name: `token of the writer to ${action}`,
    as: 'writer' as const,
    token: { scope: ['team'], actions: [action] },
  })),
  {
    name: 'token of the reader for everything',
    as: 'reader' as const,
    token: { scope: ['*'], actions: ['pull', 'push', 'delete'] },
  },
  {
    name: 'token of the administrator for other repositories',
    as: 'admin' as const,
    token: { scope: ['teams', 'team/other'], actions: ['pull', 'push', 'delete'] },
  },
]

const openToAll = (api: TestApi, scope: string) =>
  setAnonymousGrants(api.services, [{ scope, accessLevel: 'read-only' }], theServer)

describe('access to /v2', () => {
  let api: TestApi
  let session: string

  beforeEach(async () => {
    api = await createTestApi()
    await api.as('admin').pushImage('team/app', image, '1.0')
    const begun = await api.as('writer').ask('POST', `${app}/blobs/uploads/`)
    session = /[^/]+$/.exec(begun.headers.get('Location') ?? '')?.[0] ?? ''
  })

  describe.each(askers.map((asker, position) => ({ name: asker.name, asker, position })))(
    '$name',
    ({ asker, position }) => {
      const open = async () => {
        if ('open' in asker) await openToAll(api, 'team/app')
        if (asker.as === null || !('token' in asker)) return api.as(asker.as)
        return (await api.tokenOf(asker.as, asker.token)).client
      }

      test.each(routes)(
        '%s %s is answered as the table says',
        async (method, template, expected) => {
          const client = await open()
          const body =
            method === 'PUT' && template.includes('/manifests/') ? image.bytes : undefined
          const path = template.replace('SESSION', session).replace('DIGEST', contentOf('').digest)
          const answer = await client.ask(method, path, {
            headers: body ? { 'Content-Type': image.mediaType } : {},
            ...(body ? { body } : {}),
          })
          expect(answer.status).toBe(expected[position])
        },
      )
    },
  )

  test.each(Object.entries(paths))('the table has every method of %s', async (kind, path) => {
    // A method that no path has: the refusal lists the methods of the path.
    const refused = await api.as('admin').ask('PURGE', path)
    expect(refused.status).toBe(405)
    const methods = refused.headers.get('Allow')?.split(', ') ?? []
    expect(methods.length).toBeGreaterThan(0)
    const listed = routes
      .filter(([, listedPath]) => parseV2Path(listedPath.replace(/\?.*/, ''))?.kind === kind)
      .map(([method]) => method)
    for (const method of methods) {
      // `HEAD` is answered like `GET` on paths that are only read.
      if (method === 'HEAD' && !listed.includes('HEAD')) continue
      expect(listed).toContain(method)
    }
  })

  test('an anonymous caller is told where to get a token, in the words of the spec', async () => {
    const answer = await api.as(null).ask('GET', '/v2/')
    expect(answer).toMatchObject({ status: 401, code: 'UNAUTHORIZED' })
    expect(answer.headers.get('WWW-Authenticate')).toBe(
      'Bearer realm="http://registry.test/v2/token",service="registry.test"',
    )
    expect(answer.headers.get('Docker-Distribution-API-Version')).toBe('registry/2.0')
  })

  test('a wrong password is 401 everywhere', async () => {
    const wrong = { headers: { Authorization: `Basic ${btoa('writer:wrong')}` } }
    for (const path of ['/v2/', `${app}/tags/list`]) {
      expect(await api.as(null).ask('GET', path, wrong)).toMatchObject({ status: 401 })
    }
  })

  test('a hidden repository is answered like a missing one', async () => {
    const stranger = api.as('stranger')
    const hidden = await stranger.ask('GET', '/v2/team/app/manifests/1.0')
    const absent = await stranger.ask('GET', '/v2/team/none/manifests/1.0')
    expect(hidden.text).toBe(absent.text.replace('team/none', 'team/app'))
    const refusedPush = await stranger.ask('POST', '/v2/team/app/blobs/uploads/')
    const refusedNew = await stranger.ask('POST', '/v2/team/none/blobs/uploads/')
    expect(refusedPush.text).toBe(refusedNew.text.replace('team/none', 'team/app'))
  })

  test('the first push creates the repository if the account may write', async () => {
    await api.as('writer').pushImage('team/brand/new', image, '1.0')
    const { json } = await api.as('reader').ask('GET', '/v2/team/brand/new/tags/list')
    expect(json).toEqual({ name: 'team/brand/new', tags: ['1.0'] })
  })

  test('a push of a tag is recorded with account, time and address', async () => {
    await api.as('writer', { remoteAddress: '192.0.2.7' }).pushImage('team/app', image, '2.0')
    expect(await api.services.state.pushes.latest('team/app', ['2.0'])).toEqual([
      {
        repository: 'team/app',
        tag: '2.0',
        digest: image.digest,
        actor: 'writer',
        atMs: api.clock.nowMs(),
      },
    ])
    const { events } = await api.services.state.activity.list({
      kinds: ['image pushed'],
      actor: 'writer',
      limit: 10,
    })
    expect(events).toMatchObject([
      { actor: 'writer', from: '192.0.2.7', repository: 'team/app', data: { tag: '2.0' } },
    ])
  })
})
