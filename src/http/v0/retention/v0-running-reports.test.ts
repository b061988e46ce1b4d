import { beforeEach, describe, expect, test, vi } from 'vitest'
import {
  createCleaningWorld,
  imageOf,
  type CleaningWorld,
} from '#testing/builders/cleaning-world.ts'
import { maximumReportBytes } from '#domain/retention/running-report.ts'

let world: CleaningWorld

beforeEach(async () => {
  world = await createCleaningWorld()
})

const text = (body: string) => ({ headers: { 'Content-Type': 'text/plain' }, body })

const report = (...images: readonly string[]) => world.ask('PUT', '/running/prod', { images })

const set = (maximumAgeMinutes: number, ...clusters: { name: string; account: string | null }[]) =>
  world.settings({ running: { maximumAgeMinutes, clusters } })

const verdictOf = async (tag: string) =>
  (await world.preview()).verdicts.find((one) => one.tag === tag)

describe('a report over the API', () => {
  test('is text or JSON, and tells what is not here, with its line', async () => {
    const sent = [
      '# prod',
      imageOf(1).digest,
      'docker.io/library/nginx:1.27',
      `team/app:gone`,
    ].join('\n')
    const { json } = await world.api.as('admin').ask('PUT', '/api/v0/running/prod', text(sent))
    expect(json).toEqual({
      cluster: 'prod',
      source: 'api',
      reportedAt: new Date(world.api.clock.nowMs()).toISOString(),
      reportedBy: 'admin',
      problem: null,
      images: 3,
      unknown: 2,
      unknownImages: [
        { line: 3, image: 'docker.io/library/nginx:1.27' },
        { line: 4, image: 'team/app:gone' },
      ],
    })
    expect(await world.ask('GET', '/running/prod')).toEqual(json)
    expect(await world.ask('GET', '/running')).toEqual({ maximumAgeMinutes: 60, reports: [json] })
  })

  test('is refused as a whole for a line that names no image, and the last one stays', async () => {
    await report(imageOf(1).digest)
    const refused = await world.tell('PUT', '/running/prod', { images: ['team/app:1', 'no image'] })
    expect([refused.status, refused.code]).toEqual([400, 'INVALID_REPORT'])
    expect(refused.json).toMatchObject({ errors: [{ detail: { problems: [{ line: 2 }] } }] })
    // One image with a line break in it is not two.
    const broken = await world.tell('PUT', '/running/prod', { images: ['team/app:1\nteam/app:2'] })
    expect(broken.json).toMatchObject({ errors: [{ detail: { problems: [{ line: 1 }] } }] })
    expect(await verdictOf('pr-1')).toMatchObject({ verdict: 'kept' })
  })

  test('may be large, and not larger', async () => {
    const line = `registry.example.com/team/app@sha256:${'0'.repeat(60)}`
    const lines = Array.from(
      { length: 20_000 },
      (_, n) => line + String(n).padStart(4, '0').slice(-4),
    )
    const put = (body: string) =>
      world.api.as('admin').ask('PUT', '/api/v0/running/prod', text(body))
    expect(await put(lines.join('\n'))).toMatchObject({ status: 200, json: { images: 10_000 } })
    expect((await put('x'.repeat(maximumReportBytes + 1))).status).toBe(413)
    const elsewhere = { headers: { 'Content-Type': 'application/json' }, body: 'x'.repeat(300_000) }
    const policy = await world.api.as('admin').ask('PUT', '/api/v0/retention/settings', elsewhere)
    expect(policy.status).toBe(413)
  })

  test('comes from administrators, and from the account of the cluster, also by its token', async () => {
    const by = (name: 'stranger' | 'owner', cluster = 'prod') =>
      world.api.as(name).ask('PUT', `/api/v0/running/${cluster}`, text('-'))
    const { client } = await world.api.tokenOf('stranger', { name: 'reporter' })
    const byToken = (cluster: string) => client.ask('PUT', `/api/v0/running/${cluster}`, text('-'))
    const ofAdmin = await world.api.tokenOf('admin', { name: 'any' })
    expect((await by('stranger')).status).toBe(403)
    await set(60, { name: 'prod', account: 'stranger' }, { name: 'edge', account: null })
    expect((await by('stranger')).status).toBe(200)
    expect((await byToken('prod')).status).toBe(200)
    expect((await by('owner')).status).toBe(403)
    expect((await by('stranger', 'edge')).status).toBe(403)
    expect((await byToken('edge')).status).toBe(403)
    // A token has nothing of an administrator.
    expect((await ofAdmin.client.ask('PUT', '/api/v0/running/edge', text('-'))).status).toBe(403)
    expect((await world.api.as('stranger').ask('GET', '/api/v0/running')).status).toBe(403)
  })

  test.each(['file', 'Prod', '-a', `a${'b'.repeat(63)}`, '%20'])(
    'has a cluster with a name: not "%s"',
    async (cluster) => {
      const refused = await world.tell('PUT', `/running/${cluster}`, { images: ['-'] })
      expect([refused.status, refused.code]).toEqual([400, 'INVALID_PARAMETERS'])
    },
  )

  test('is in the activity once, and when another account sends it', async () => {
    await report('-')
    await report('-')
    await set(60, { name: 'prod', account: 'stranger' })
    await world.api.as('stranger').ask('PUT', '/api/v0/running/prod', text('-'))
    await world.ask('DELETE', '/running/prod')
    const { entries } = await world.ask<{
      entries: { kind: string; actor: string; detail: string }[]
    }>('GET', '/activity?pageSize=10')
    const told = entries.filter(({ kind }) => kind.startsWith('running '))
    expect(told.map(({ kind, actor, detail }) => [kind, actor, detail])).toEqual([
      ['running report removed', 'admin', 'prod'],
      ['running reported', 'stranger', 'prod: 0 images'],
      ['running reported', 'admin', 'prod: 0 images'],
    ])
    const changed = entries.find(({ kind }) => kind === 'retention settings changed')
    expect(changed?.detail).toContain('prod by stranger')
  })

  test('is in the metrics, with its age', async () => {
    await report('-')
    await set(60, { name: 'edge', account: null })
    world.api.clock.advance(90_000)
    const { text: metrics } = await world.api.as('admin').ask('GET', '/metrics')
    expect(metrics).toContain('\njetsam_running_report_age_seconds{cluster="prod"} 90\n')
    expect(metrics).not.toContain('jetsam_running_report_age_seconds{cluster="edge"}')
    expect(metrics).toContain('\njetsam_running_report_bad{cluster="prod"} 0\n')
    expect(metrics).toContain('\njetsam_running_report_bad{cluster="edge"} 1\n')
  })

  test('that is stored while another is read is never lost', async () => {
    await report(imageOf(1).digest)
    const { runningReports } = world.api.services.state
    const { find } = runningReports
    vi.spyOn(runningReports, 'find').mockImplementationOnce(async (cluster) => {
      const before = await find(cluster)
      await report(imageOf(2).digest)
      return before
    })
    await report(imageOf(1).digest)
    expect(await verdictOf('pr-2')).toMatchObject({ verdict: 'kept' })
  })
})
