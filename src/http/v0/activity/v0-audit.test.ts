import { listAccessTokens } from '#services/accounts/access-tokens.ts'
import type { ActivityKind } from '#domain/events/activity-kind.ts'
import { wholeRegistry } from '#domain/retention/scope.ts'
import { previewRetention } from '#services/retention/preview.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { describe, expect, test, vi } from 'vitest'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'
import { createV0 } from '../v0.ts'

const image = tinyImage({ layers: ['of the image'] })
const other = tinyImage({ layers: ['of the other'] })
const app = '/repositories/team/app'
const settings = '/admin/settings/registry/garbageCollection'
const from = '192.0.2.7'

interface Write {
  readonly line: string
  readonly body?: unknown
  readonly kind: ActivityKind
  readonly by?: TestPerson
  /** Null: the subject names the account, because the caller was not signed in before. */
  readonly actor?: string
  /** What must exist before; by default `team/app` with the tags `1.0` and `old`. */
  readonly before?: (api: TestApi) => Promise<unknown>
}

const nothing = async (): Promise<void> => {}
const emptyFolder = 'docker/registry/v2/repositories/team/bare/_layers/file'

async function makeBare({ storage }: TestApi): Promise<void> {
  await storage.write(emptyFolder, new Uint8Array())
  await storage.remove(emptyFolder)
}

async function deleteOld(api: TestApi): Promise<void> {
  await images(api)
  expect((await ask(api, 'DELETE', `${app}/tags/old`)).status).toBe(204)
}

async function images(api: TestApi): Promise<void> {
  await api.as('admin').pushImage('team/app', image, '1.0')
  await api.as('admin').pushImage('team/app', other, 'old')
}

/** A collection that waits for a push that never ends. */
async function collecting(api: TestApi): Promise<void> {
  await api.gate.enter({ repository: 'team/app', step: 'upload' })
  expect((await ask(api, 'POST', '/admin/jobs', { job: 'registryGC' })).status).toBe(202)
}

const policy = {
  timeLimitMinutes: 5,
  whileCollecting: 'hold-pushes',
  trashRetentionHours: 24,
  collectUntagged: false,
  untaggedMinimumAgeHours: 24,
}
const newPassword = 'a new password'

/** Every call that changes something, and its entry in the activity. */
const writes: readonly Write[] = [
  {
    line: 'POST /session',
    body: { name: 'reader', password: 'reader-password' },
    kind: 'signed in',
    actor: 'reader',
  },
  {
    line: 'PUT /session/password',
    body: { current: 'admin-password', password: newPassword },
    kind: 'password changed',
  },
  { line: 'POST /setup/samples', kind: 'samples loaded', before: nothing },
  {
    line: `PUT ${app}/tags/new`,
    body: { digest: image.digest },
    kind: 'tag restored',
    by: 'writer',
  },
  { line: `DELETE ${app}/tags/1.0`, kind: 'image deleted', by: 'writer' },
  { line: `DELETE ${app}/manifests/1.0`, kind: 'image deleted', by: 'writer' },
  {
    line: 'POST /trash/{entry}/restore',
    kind: 'image restored',
    by: 'writer',
    before: deleteOld,
  },
  { line: 'DELETE /trash/{entry}', kind: 'image deleted forever', by: 'writer', before: deleteOld },
  { line: 'POST /admin/jobs', body: { job: 'registryGC' }, kind: 'collection started' },
  { line: 'POST /jobs/{job}/cancel', kind: 'collection stopped', before: collecting },
  { line: `POST ${settings}/schedule`, body: { schedule: '4' }, kind: 'schedule changed' },
  {
    line: `DELETE ${settings}/schedule`,
    kind: 'schedule changed',
    before: (api) => ask(api, 'POST', `${settings}/schedule`, { schedule: '4' }),
  },
  { line: 'PUT /garbage-collection/policy', body: policy, kind: 'policy changed' },
  {
    line: 'PUT /retention/policies/team',
    body: { rules: [] },
    kind: 'retention policy changed',
    by: 'owner',
  },
  {
    line: 'DELETE /retention/policies/team',
    kind: 'retention policy changed',
    by: 'owner',
    before: (api) => ask(api, 'PUT', '/retention/policies/team', { rules: [] }),
  },
  {
    line: 'PUT /retention/settings',
    body: { beforeCollections: true, maximumShare: 10, maximumImages: null, approveFirst: true },
    kind: 'retention settings changed',
  },
  {
    line: 'PUT /retention/schedule',
    body: { schedule: '0 * * *' },
    kind: 'retention settings changed',
  },
  { line: 'DELETE /retention/schedule', kind: 'retention settings changed' },
  { line: 'PUT /running/prod', body: { images: ['-'] }, kind: 'running reported' },
  {
    line: 'DELETE /running/prod',
    kind: 'running report removed',
    before: (api) => ask(api, 'PUT', '/running/prod', { images: ['-'] }),
  },
  {
    line: 'POST /retention/approve',
    body: { previewID: 'preview' },
    kind: 'retention approved',
    before: async ({ services }) => {
      const found = await previewRetention(
        { ...services, queries: services.registry.queries },
        { scope: wholeRegistry, draft: null, atMs: null, isVisible: () => true },
      )
      vi.spyOn(services.previews, 'get').mockResolvedValue({
        preview: found,
        madeBy: 'admin',
        isApproved: false,
      })
    },
  },
  { line: 'POST /garbage-collection/verification', kind: 'verification started' },
  {
    line: 'POST /accounts',
    body: { name: 'new', password: newPassword },
    kind: 'account created',
  },
  { line: 'PATCH /accounts/reader', body: { isActive: false }, kind: 'account disabled' },
  { line: 'PATCH /accounts/reader', body: { isAdmin: true }, kind: 'account changed' },
  { line: 'PATCH /accounts/reader', body: { password: newPassword }, kind: 'password changed' },
  { line: 'PUT /accounts/reader/access', body: { grants: [] }, kind: 'access changed' },
  { line: 'DELETE /accounts/reader', kind: 'account removed' },
  {
    line: 'POST /accounts/reader/accessTokens',
    body: { name: 'new', repositories: ['team'], actions: ['pull'] },
    kind: 'access token created',
    by: 'reader',
  },
  {
    line: 'DELETE /accounts/reader/accessTokens/{token}',
    kind: 'access token revoked',
    before: (api) => api.tokenOf('reader'),
  },
  {
    line: 'PUT /anonymous/access',
    body: { grants: [{ scope: 'library', accessLevel: 'read-only' }] },
    kind: 'anonymous access changed',
  },
]

/** Calls whose method could change something but here does not. */
const changesNothing = new Set([
  `POST ${app}/deletion-impact`,
  'POST /retention/preview',
  // Stops something that only reads; its end is in the record.
  'DELETE /garbage-collection/verification',
])
/** Calls with their own test below. */
const elsewhere = new Set(['DELETE /session', 'DELETE /repositories/team/bare'])

const ask = (
  api: TestApi,
  method: string,
  path: string,
  body?: unknown,
  by: TestPerson = 'admin',
  headers: Record<string, string> = {},
) =>
  api.as(by, { remoteAddress: from }).ask(method, `/api/v0${path}`, {
    headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

async function named(api: TestApi, path: string): Promise<string> {
  const [entry] = await api.services.registry.trash.list()
  const [token] = await listAccessTokens(api.services)
  const job = api.services.collections.runningJob()?.job.id ?? ''
  return path
    .replace('{entry}', entry?.id ?? '')
    .replace('{token}', token?.id ?? '')
    .replace('{job}', job)
}

const newest = async (api: TestApi, kind: ActivityKind) =>
  (await api.services.state.activity.list({ kinds: [kind], limit: 1 })).events[0]

describe('the activity records every write, with actor and address', () => {
  test.each(writes)('$line: $kind', async ({ line, body, kind, by = 'admin', actor, before }) => {
    const api = await createTestApi()
    await (before ?? images)(api)
    api.clock.advance(1000)
    const [method = '', path = ''] = line.split(' ')
    const answer = await ask(api, method, await named(api, path), body, by)
    expect([answer.status, answer.text]).toEqual([expect.toSatisfy(isSuccess), answer.text])
    expect(await newest(api, kind)).toMatchObject({
      atMs: api.clock.nowMs(),
      actor: actor ?? by,
      from,
    })
    await api.services.jobs.shutdown()
  })

  test('signing out', async () => {
    const api = await createTestApi()
    const signedIn = await api.services.authentication.signIn('reader', 'reader-password', null)
    if (!signedIn.ok) throw new Error(signedIn.refusal.message)
    const bindings = { remoteAddress: from, sessionToken: signedIn.value.token }
    const headers = { 'X-Jetsam-Client': 'dashboard' }
    await api.as(null, bindings).ask('DELETE', '/api/v0/session', { headers })
    expect(await newest(api, 'signed out')).toMatchObject({ actor: 'reader', from })
  })

  test('a refused attempt to sign in', async () => {
    const api = await createTestApi()
    await ask(api, 'POST', '/session', { name: 'reader', password: 'wrong' })
    expect(await newest(api, 'sign-in refused')).toMatchObject({
      data: { account: 'reader' },
      from,
    })
  })

  test('the removal of an empty repository', async () => {
    const api = await createTestApi()
    await makeBare(api)
    const answer = await ask(api, 'DELETE', '/repositories/team/bare', undefined, 'owner')
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(await newest(api, 'repository removed')).toMatchObject({ actor: 'owner', from })
  })

  test('but no write that failed', async () => {
    const api = await createTestApi()
    await images(api)
    const count = async () => api.services.state.activity.count({})
    const before = await count()
    await ask(api, 'DELETE', `${app}/manifests/none`)
    await ask(api, 'POST', `${settings}/schedule`, { schedule: 'never' })
    await ask(api, 'PUT', '/garbage-collection/policy', { ...policy, timeLimitMinutes: -1 })
    await ask(api, 'DELETE', `${app}/manifests/1.0`, undefined, 'reader')
    expect(await count()).toBe(before)
  })

  test('and the list above has every route', async () => {
    const { services } = await createTestApi()
    const lines = [...writes.map(({ line }) => line), ...changesNothing, ...elsewhere]
    const missing = createV0(services)
      .routes.filter(({ method }) => !['ALL', 'GET'].includes(method))
      .map(({ method, path }) => `${method} ${path}`)
      .filter((route) => {
        const pattern = new RegExp(`^${route.replaceAll(/:\w+(?:\{[^}]*\})?/g, '[^/]+')}$`)
        return !lines.some((line) => pattern.test(line))
      })
    expect(missing).toEqual([])
  })
})

const isSuccess = (status: number): boolean => status >= 200 && status < 300
