import { createMemoryState } from '#adapters/memory/memory-state.ts'
import { setAnonymousGrants } from '#services/accounts/anonymous-access.ts'
import { theServer } from '#services/activity/actor.ts'
import { createTestApi, type TestPerson } from '#testing/builders/test-api.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { losable, type LosableState } from '#testing/services/losable-state.ts'
import { describe, expect, test } from 'vitest'

/** What clients get while the database of accounts, settings and the history does not answer. */

const image = tinyImage({ layers: ['shared', 'only here'] })
const other = tinyImage({ layers: ['shared'] })
const app = '/v2/team/app'
const settings = '/api/v0/admin/settings/registry/garbageCollection'

async function createWorld(wrap = (database: LosableState) => database) {
  const database = losable(createMemoryState())
  const api = await createTestApi({ losable: wrap(database) })
  await api.as('writer').pushImage('team/app', image, '1.2')
  await api.as('writer').pushImage('team/app', other, '1.3')
  await setAnonymousGrants(
    api.services,
    [{ scope: 'team/app', accessLevel: 'read-only' }],
    theServer,
  )
  const tokenOf = async (person: TestPerson | null, scope: string): Promise<string> =>
    ((await api.as(person).ask('GET', `/v2/token?scope=${scope}`)).json as { token: string }).token
  const withToken = (token: string, method: string, path: string, body?: string) =>
    api.as(null).ask(method, path, {
      headers: { Authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body }),
    })
  return { api, database, tokenOf, withToken }
}

type World = Awaited<ReturnType<typeof createWorld>>

describe('while the state does not answer', () => {
  test.each<[TestPerson | null, string, string, string?]>([
    ['writer', 'DELETE', '/api/v0/repositories/team/app/manifests/1.2'],
    ['admin', 'POST', `${settings}/schedule`, '{"schedule":"0 * * *"}'],
    ['admin', 'GET', `${settings}/lastSavings`],
    ['admin', 'POST', '/api/v0/admin/jobs', '{ "job" : "registryGC"}'],
    ['admin', 'POST', '/api/v0/accounts', '{"name":"lee","password":"lees password"}'],
    ['reader', 'GET', '/api/v0/repositories'],
    [null, 'POST', '/api/v0/session', '{"name":"reader","password":"reader-password"}'],
    ['admin', 'GET', '/metrics'],
    ['writer', 'POST', `${app}/blobs/uploads/`],
    ['writer', 'DELETE', `${app}/manifests/1.2`],
    ['reader', 'GET', `${app}/manifests/1.2`],
    ['reader', 'GET', '/v2/token?scope=repository:team/app:pull'],
    // What is open to all is known to the state alone.
    [null, 'GET', `${app}/manifests/1.2`],
    [null, 'GET', '/v2/token?scope=repository:team/app:pull'],
  ])(
    '%s %s %s answers 503 with a reason, and when to try again',
    async (as, method, path, body) => {
      const { api, database } = await createWorld()
      database.lose()
      const answer = await api.as(as).ask(method, path, {
        headers: { 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body }),
      })
      expect(answer).toMatchObject({
        status: 503,
        code: path.startsWith('/v2') ? 'UNAVAILABLE' : 'STATE_UNAVAILABLE',
        message: expect.stringContaining('does not answer: try again soon') as string,
      })
      expect(answer.headers.get('Retry-After')).toBe('5')
      expect(answer.text).not.toContain('secret')
      database.find()
      expect((await api.as('reader').ask('GET', `${app}/manifests/1.2`)).status).toBe(200)
    },
  )

  test.each(['reader', null] as const)('a pull of %s that is under way goes on', async (person) => {
    const { database, tokenOf, withToken } = await createWorld()
    const token = await tokenOf(person, 'repository:team/app:pull,push')
    database.lose()
    for (const path of [
      '/v2/',
      `${app}/manifests/1.2`,
      `${app}/blobs/${image.blobs[1]?.digest}`,
      `${app}/tags/list`,
      `${app}/referrers/${image.digest}`,
    ]) {
      expect([path, (await withToken(token, 'GET', path)).status]).toEqual([path, 200])
    }
    expect((await withToken(token, 'HEAD', `${app}/manifests/1.2`)).status).toBe(200)
  })

  test('a token allows nothing but what it was given for', async () => {
    const { api, database, tokenOf, withToken } = await createWorld()
    await api.as('admin').pushImage('secret/app', image, '1')
    const token = await tokenOf('writer', 'repository:team/app:pull,push')
    const forLess = await tokenOf('writer', 'repository:team/app:push')
    database.lose()
    expect((await withToken(token, 'GET', '/v2/secret/app/manifests/1')).status).toBe(404)
    expect((await withToken(forLess, 'GET', `${app}/manifests/1.2`)).status).toBe(404)
    const refused: readonly [string, string][] = [
      ['GET', '/v2/_catalog'],
      ['GET', `${app}/blobs/uploads/none`],
      ['POST', `${app}/blobs/uploads/`],
      ['PUT', `${app}/manifests/9`],
      ['DELETE', `${app}/manifests/1.2`],
    ]
    for (const [method, path] of refused) {
      expect([path, (await withToken(token, method, path)).status]).toEqual([path, 503])
    }
    expect((await withToken('forged', 'GET', `${app}/manifests/1.2`)).status).toBe(401)
  })

  test('a token that has ended counts no longer', async () => {
    const { api, database, tokenOf, withToken } = await createWorld()
    const token = await tokenOf('reader', 'repository:team/app:pull')
    database.lose()
    api.clock.advance(361_000)
    expect((await withToken(token, 'GET', `${app}/manifests/1.2`)).status).toBe(401)
  })
})

describe('a collection that loses the state', () => {
  const deleteImage = ({ api }: World) =>
    api.as('writer').ask('DELETE', '/api/v0/repositories/team/app/manifests/1.2')
  const collect = ({ api }: World) =>
    api.as('admin').ask('POST', '/api/v0/admin/jobs', {
      headers: { 'Content-Type': 'application/json' },
      body: '{"job":"registryGC"}',
    })
  const nothing = { bytes: 0, layers: 0, manifests: 0 }
  const jobsOf = async ({ api }: World) =>
    ((await api.as('admin').ask('GET', '/api/v0/jobs')).json as { jobs: object[] }).jobs
  const finishedOf = async ({ api }: World) => {
    const { events } = await api.services.state.activity.list({ limit: 100 })
    return events.filter(({ kind }) => kind === 'collection finished')
  }
  test.each([0, 1, 2, 3])('after %i batches removes nothing more', async (batches) => {
    let asked = 0
    const world = await createWorld((database) => ({
      ...database,
      async expectState() {
        asked += 1
        if (asked > batches) database.lose()
        await database.expectState()
      },
    }))
    const { api, database } = world
    expect((await deleteImage(world)).status).toBe(204)
    api.clock.advance(48 * 3_600_000)
    const job = await collect(world)
    expect(job.status).toBe(202)
    await api.services.jobs.jobEnd((job.json as { id: string }).id)
    expect(asked).toBe(batches + 1)

    database.find()
    // Any write shows that it answers again.
    await api.services.state.settings.setSchedulerSeenMs('collection', 1)
    await expect
      .poll(() => jobsOf(world))
      .toMatchObject([
        {
          status: 'errored',
          error: expect.stringContaining('stopped before the next removal') as string,
          result: { endedBy: 'stopped', ...(batches === 0 && { removed: nothing }) },
        },
      ])
    await expect.poll(() => finishedOf(world)).toHaveLength(1)
    expect((await api.as('reader').ask('GET', `${app}/manifests/1.3`)).status).toBe(200)
    asked = -1000
    const again = await collect(world)
    await api.services.jobs.jobEnd((again.json as { id: string }).id)
    expect((await jobsOf(world))[0]).toMatchObject({ status: 'done', error: null })
  })
})
