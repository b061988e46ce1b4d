import { plan } from '#contract/jobs/garbage-collection.ts'
import { job, jobList, logLines, type Job } from '#contract/jobs/collection-jobs.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'

const team = tinyImage({ layers: ['of the team'], config: '{"a":1}' })
const secret = tinyImage({ layers: ['of nobody else'], config: '{"b":2}' })

describe('jobs', () => {
  let api: TestApi
  let release = () => {}

  beforeEach(async () => {
    api = await createTestApi()
    const admin = api.as('admin')
    await admin.pushImage('team/app', team, '1.0')
    await admin.pushImage('secret/app', secret, '1.0')
    await send('DELETE', '/repositories/team/app/manifests/1.0')
    await send('DELETE', '/repositories/secret/app/manifests/1.0')
    // A run leaves what was written at the instant of its start to the next run.
    api.clock.advance(1000)
  })
  afterEach(async () => {
    release()
    await api.services.jobs.shutdown()
  })

  const send = (method: string, path: string, body?: unknown, as: TestPerson = 'admin') =>
    api
      .as(as)
      .ask(
        method,
        `/api/v0${path}`,
        body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } },
      )
  const get = async (id: string, as?: TestPerson) =>
    checkedBody(await send('GET', `/jobs/${id}`, undefined, as), job)
  const start = async (options: object = {}) => {
    const answer = await send('POST', '/admin/jobs', { job: 'registryGC', ...options })
    expect(answer.status).toBe(202)
    const started = checkedBody(answer, job)
    expect(answer.headers.get('Location')).toBe(`/api/v0/jobs/${started.id}`)
    return started
  }
  const end = async ({ id }: Job): Promise<Job> => {
    for (let tries = 0; tries < 1000; tries += 1) {
      const now = await get(id)
      if (now.status !== 'running') return now
      await new Promise((resolve) => setTimeout(resolve))
    }
    throw new Error(`job ${id} does not end`)
  }
  const run = async (options?: object) => end(await start(options))

  /** The first deletion in storage waits until `release` is called. */
  function holdDeletions(): void {
    const { remove } = api.storage
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    Object.assign(api.storage, {
      remove: async (path: string) => {
        await held
        await remove(path)
      },
    })
  }

  test('start at once, and end with what they removed', async () => {
    const started = await start()
    expect(started).toMatchObject({
      action: 'gc',
      status: 'running',
      trigger: 'api',
      actor: 'admin',
      dryRun: false,
      stopping: false,
      finishedAt: null,
    })
    const ended = await end(started)
    expect(ended).toMatchObject({ status: 'done', error: null })
    expect(ended.result).toMatchObject({
      removed: { layers: 4, manifests: 2 },
      planID: null,
      endedBy: 'done',
      failures: [],
      verification: { tags: 0, wholeTags: 0, broken: [] },
    })
    expect(ended.result?.byCause).toEqual({ 'deleted image': ended.result?.removed })
    expect(Object.keys(ended.result?.byRepository ?? {})).toEqual(
      expect.arrayContaining(['team/app', 'secret/app']),
    )
    expect((await send('GET', '/trash')).json).toEqual({ entries: [] })
  })

  test('count as a person’s when a session starts them', async () => {
    const signedIn = await api.as(null).ask('POST', '/api/v0/session', {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'admin', password: 'admin-password' }),
    })
    const cookie = signedIn.headers.get('Set-Cookie')?.split(';')[0] ?? ''
    const answer = await api.as(null).ask('POST', '/api/v0/admin/jobs', {
      headers: {
        'Content-Type': 'application/json',
        Cookie: cookie,
        'X-Jetsam-Client': 'dashboard',
      },
      body: '{"job":"registryGC"}',
    })
    expect(checkedBody(answer, job)).toMatchObject({ trigger: 'person', actor: 'admin' })
  })

  test('of unknown names are refused, and the refusal lists the known names', async () => {
    const answer = await send('POST', '/admin/jobs', { job: 'gc' })
    expect(answer).toMatchObject({ status: 400, code: 'INVALID_PARAMETERS' })
    expect(answer.message).toContain('registryGC')
    expect(answer.json).toMatchObject({
      errors: [{ detail: { known: ['registryGC', 'retention'] } }],
    })
  })

  test('do not start with a mistyped option', async () => {
    const answer = await send('POST', '/admin/jobs', { job: 'registryGC', dryrun: true })
    expect(answer).toMatchObject({ status: 400, code: 'INVALID_PARAMETERS' })
    expect(checkedBody(await send('GET', '/jobs'), jobList).jobs).toEqual([])
  })

  test('run one at a time, and the refusal names the running one', async () => {
    holdDeletions()
    const running = await start()
    const second = await send('POST', '/admin/jobs', { job: 'registryGC' })
    expect(second).toMatchObject({ status: 409, code: 'JOB_ALREADY_RUNNING' })
    const [error] = (second.json as { errors: { detail: { job: unknown } }[] }).errors
    expect(job.parse(error?.detail.job)).toMatchObject({ id: running.id, status: 'running' })
    release()
    expect(await end(running)).toMatchObject({ status: 'done' })
  })

  test('can be stopped, and stopping an ended one is no error', async () => {
    holdDeletions()
    const running = await start()
    while ((await get(running.id)).progress?.phase !== 'sweeping') {
      await new Promise((resolve) => setTimeout(resolve))
    }
    expect((await send('POST', `/jobs/${running.id}/cancel`)).status).toBe(204)
    expect(await get(running.id)).toMatchObject({ status: 'running', stopping: true })
    release()
    const ended = await end(running)
    expect(ended).toMatchObject({ status: 'canceled', stopping: false })
    expect(ended.result).toMatchObject({ endedBy: 'stopped' })
    expect((await send('POST', `/jobs/${running.id}/cancel`)).status).toBe(204)
    expect(await send('POST', '/jobs/nothing/cancel')).toMatchObject({
      status: 404,
      code: 'NO_SUCH_JOB',
    })
  })

  test('that are dry runs delete nothing and leave a plan for a run', async () => {
    const dry = await run({ dryRun: true })
    expect(dry).toMatchObject({ status: 'done', dryRun: true })
    const planID = dry.result?.planID ?? ''
    const made = checkedBody(await send('GET', `/garbage-collection/plan/${planID}`), plan)
    expect(made).toMatchObject({ id: planID, jobID: dry.id, planned: dry.result?.planned })
    expect(made.largest.map(({ size }) => size)).toEqual(
      made.largest.map(({ size }) => size).toSorted((one, other) => other - one),
    )
    expect(made.largest).toHaveLength(6)
    // Each by the image that it was a part of, as people know it.
    for (const { repository, image } of made.largest) {
      expect(image).toMatchObject({ repository, tags: ['1.0'], pushedAt: null, others: 0 })
    }

    const later = tinyImage({ layers: ['of later'], config: '{"c":3}' })
    await api.as('admin').pushImage('team/app', later, '2.0')
    await send('DELETE', '/repositories/team/app/manifests/2.0')
    api.clock.advance(1000)
    const given = await run({ plan: planID })
    expect(given.result?.removed).toEqual(made.planned)
    expect((await run()).result?.removed).toMatchObject({ layers: 2, manifests: 1 })
  })

  test('are refused with a plan that does not exist', async () => {
    const answer = await send('POST', '/admin/jobs', { job: 'registryGC', plan: 'nothing' })
    expect(answer).toMatchObject({ status: 404, code: 'NO_SUCH_PLAN' })
    expect(await send('GET', '/garbage-collection/plan/nothing')).toMatchObject({
      status: 404,
      code: 'NO_SUCH_PLAN',
    })
  })

  test('are listed newest first, in both kinds of pages', async () => {
    const ids: string[] = []
    for (let count = 0; count < 3; count += 1) {
      ids.unshift((await run({ dryRun: count < 2 })).id)
      api.clock.advance(1000)
    }
    const list = async (query: string) =>
      checkedBody(await send('GET', `/jobs${query}`), jobList).jobs.map(({ id }) => id)
    expect(await list('')).toEqual(ids)
    expect(await list('?action=gc&running=true')).toEqual([])
    expect(await list('?running=false&start=1&limit=1')).toEqual([ids[1]])
    const first = await send('GET', '/jobs?pageSize=2&count=true')
    expect(first.headers.get('X-Resource-Count')).toBe('3')
    const next = first.headers.get('X-Next-Page-Start')
    expect(await list(`?pageSize=2&pageStart=${next}`)).toEqual([ids[2]])
  })

  test.each(['running=1', 'start=one', 'limit=few', 'pageStart=x'])(
    'are not listed for %s',
    async (query) => {
      expect(await send('GET', `/jobs?${query}`)).toMatchObject({
        status: 400,
        code: 'INVALID_PARAMETERS',
      })
    },
  )

  test('keep a log that can be read in parts', async () => {
    const { id } = await run()
    const log = async (query: string) =>
      checkedBody(await send('GET', `/jobs/${id}/logs${query}`), logLines)
    const all = await log('')
    expect(all.length).toBeGreaterThan(2)
    expect(all.map(({ lineNum }) => lineNum)).toEqual(all.map((_, position) => position))
    expect(await log('?offset=1&limit=1')).toEqual([all[1]])
    expect(await log('?offset=100000')).toEqual([])
    expect(await log('?limit=0')).toEqual(all)
    expect(await log('?offset=-1&limit=100000')).toEqual(all)
    expect(await send('GET', `/jobs/${id}/logs?limit=x`)).toMatchObject({ status: 400 })
    for (const path of ['/jobs/nothing', '/jobs/nothing/logs']) {
      expect(await send('GET', path)).toMatchObject({ status: 404, code: 'NO_SUCH_JOB' })
    }
  })

  test('name no repository that the reader may not see', async () => {
    const { id } = await run()
    const seen = await get(id, 'reader')
    expect(Object.keys(seen.result?.byRepository ?? {})).toEqual(['team/app'])
    expect(seen.result?.removed).toEqual((await get(id)).result?.removed)
    for (const path of ['/jobs', '/garbage-collection/savings', lastSavingsPath]) {
      const answer = await send('GET', path, undefined, 'reader')
      expect(answer.status).toBe(200)
      expect(answer.text).not.toContain('secret')
    }
  })
})

const lastSavingsPath = '/admin/settings/registry/garbageCollection/lastSavings'
