import { job, jobList, logLines } from '#contract/jobs/collection-jobs.ts'
import { otherJob, otherJobList } from '#contract/jobs/jobs.ts'
import { fieldsOr, numberOr } from '#domain/values/json-fields.ts'
import { err, ok } from '#domain/values/result.ts'
import { createApi } from '#http/app.ts'
import type { JobKind } from '#services/jobs/job-kind.ts'
import { createJobRunner } from '#services/jobs/job-runner.ts'
import { createSchedulers } from '#services/jobs/schedulers.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { createRegistryClient } from '#testing/builders/registry-client.ts'
import { createTestApi, type TestPerson } from '#testing/builders/test-api.ts'
import { settle } from '#testing/builders/test-world.ts'
import { expect, test } from 'vitest'

/**
 * All that a further kind of job needs: what is stored of it, beside what it may run, and what it
 * does. Everything else of this test comes from the runner and the API, which know no kind.
 */
interface ToyRequest {
  readonly count: number
}

interface ToyResult {
  readonly counted: number
}

/** Counts, one number for each call of `step`. */
function toyKind(): JobKind<ToyRequest, ToyResult> & { step(): void } {
  let next = () => {}
  return {
    name: 'toy',
    phases: ['counting'],
    readRequest: (stored) => ({ count: numberOr(fieldsOr(stored).count, 1) }),
    readResult: (stored) =>
      stored === null ? null : { counted: numberOr(fieldsOr(stored).counted, 0) },
    conflictWith: ({ job: running }) =>
      running.kind === 'toy' ? 'the toy is counting: wait until it has finished' : null,
    prepare: async ({ count }) =>
      count < 0
        ? err({ code: 'INVALID_COUNT', message: 'nothing has fewer than no numbers' })
        : ok(async ({ signal, progress, log }) => {
            for (let done = 0; done < count; done += 1) {
              const amounts = { bytesFreed: 0, bytesPerSecond: 0, remainingMs: null }
              progress({
                ...amounts,
                phase: 'counting',
                done,
                total: count,
                repository: 'secret/a',
              })
              await new Promise<void>((resolve) => (next = resolve))
              if (signal.aborted)
                return { status: 'canceled', result: { counted: done }, error: null }
              log('info', `counted ${done + 1}`)
            }
            return { status: 'done', result: { counted: count }, error: null }
          }),
    schedule: { request: { count: 0 }, changed: () => null, skipped: () => null },
    interrupted: 'the server stopped while it counted: count again',
    facts: { started: () => null, stopped: () => null, finished: () => null },
    step: () => next(),
  }
}

/** The whole application with one more kind, which can be killed and started again. */
async function openWorld() {
  const api = await createTestApi()
  const toy = toyKind()
  function boot() {
    const jobs = createJobRunner({
      ...api.services,
      kinds: [...api.services.jobs.kinds.values(), toy],
      report: (what, error) => api.services.reportFailure(error, what),
    })
    const { fetch } = createApi({ ...api.services, jobs })
    const as = (name: TestPerson) =>
      createRegistryClient(fetch, { name, password: `${name}-password` })
    const ask = (line: string, name: TestPerson = 'admin') => {
      const [method = '', path = ''] = line.split(' ')
      return as(name).ask(method, `/api/v0${path}`)
    }
    return {
      jobs,
      ask,
      async count(numbers: number) {
        const actor = { name: 'admin', from: null }
        const started = await jobs.startJob('toy', { count: numbers }, { trigger: 'api', actor })
        if (!started.ok) throw new Error(started.refusal.message)
        return started.value.job.id
      },
      see: async (id: string, name?: TestPerson) =>
        checkedBody(await ask(`GET /jobs/${id}`, name), otherJob),
    }
  }
  const step = async () => {
    toy.step()
    await settle()
  }
  return { api, boot, step }
}

test('a toy kind of job is started, seen at work, and kept with its log and its result', async () => {
  const { boot, step } = await openWorld()
  const { jobs, ask, count, see } = boot()
  const id = await count(2)
  await step()
  expect(await see(id)).toMatchObject({
    kind: 'toy',
    action: 'toy',
    status: 'running',
    trigger: 'api',
    actor: 'admin',
    request: { count: 2 },
    progress: { phase: 'counting', done: 1, total: 2, repository: 'secret/a' },
    result: null,
  })
  await expect(count(1)).rejects.toThrow('the toy is counting: wait until it has finished')
  await expect(count(-1)).rejects.toThrow('the toy is counting: wait until it has finished')
  await step()
  await jobs.jobEnd(id)
  expect(await see(id)).toMatchObject({ status: 'done', result: { counted: 2 }, error: null })
  const log = checkedBody(await ask(`GET /jobs/${id}/logs`), logLines)
  expect(log.map(({ data }) => data)).toEqual(['counted 1', 'counted 2'])
  await expect(count(-1)).rejects.toThrow('nothing has fewer than no numbers')
})

test('a toy is listed among its kind, and not among collections', async () => {
  const { api, boot } = await openWorld()
  const { ask, count } = boot()
  const id = await count(0)
  const admin = { trigger: 'api', actor: { name: 'admin', from: null } } as const
  const dry = await api.services.collections.startCollection({ ...admin, dryRun: true })
  if (!dry.ok) throw new Error(dry.refusal.message)
  await api.services.jobs.jobEnd(dry.value.job.id)
  const ids = async (query: string) => {
    const { jobs } = (await ask(`GET /jobs${query}`)).json as { jobs: { id: string }[] }
    return jobs.map((each) => each.id)
  }
  const toys = checkedBody(await ask('GET /jobs?kind=toy&count=true'), otherJobList).jobs
  expect(toys).toMatchObject([{ id, kind: 'toy', status: 'done' }])
  expect(checkedBody(await ask('GET /jobs'), jobList).jobs).toMatchObject([{ kind: 'dry-run' }])
  expect(await ids('?kind=any')).toEqual([dry.value.job.id, id])
  expect(await ids('?kind=any&action=toy')).toEqual([id])
  expect(await ids('?kind=dry-run&action=gc')).toEqual([dry.value.job.id])
  expect(await ids('?kind=collection')).toEqual([])
  expect(await ids('?kind=toy&running=true')).toEqual([])
  // Scripts that know nothing of kinds get what they always got.
  expect(await ids('?action=toy')).toEqual([])
  expect(await ask('GET /jobs?kind=none')).toMatchObject({
    status: 400,
    code: 'INVALID_PARAMETERS',
    message:
      'kind: "none" is none; known are any, collection, dry-run, verification, retention, toy',
  })
  checkedBody(await ask(`GET /jobs/${dry.value.job.id}`), job)
})

test('a toy can be stopped, and only administrators are told what it asks and finds', async () => {
  const { boot, step } = await openWorld()
  const { jobs, ask, count, see } = boot()
  const id = await count(5)
  await step()
  expect(await see(id, 'reader')).toMatchObject({
    status: 'running',
    request: null,
    progress: { done: 1, repository: null },
  })
  expect((await ask(`POST /jobs/${id}/cancel`, 'reader')).status).toBe(403)
  expect((await ask(`POST /jobs/${id}/cancel`)).status).toBe(204)
  expect(await see(id)).toMatchObject({ status: 'running', stopping: true })
  await step()
  await jobs.jobEnd(id)
  expect(await see(id)).toMatchObject({ status: 'canceled', result: { counted: 1 } })
  expect(await see(id, 'reader')).toMatchObject({ status: 'canceled', result: null })
  expect((await ask(`POST /jobs/${id}/cancel`)).status).toBe(204)
  expect((await ask(`GET /jobs/${id}/logs`, 'reader')).status).toBe(403)
})

test('a toy starts by a schedule of its own', async () => {
  const { api, boot } = await openWorld()
  const { jobs, ask } = boot()
  const log = () => undefined
  const schedulers = createSchedulers({ ...api.services, jobs, log }, jobs.kinds.values())
  const everyHour = await schedulers
    .schedulerOf('toy')
    .setSchedule('* * * *', { name: 'admin', from: null })
  expect(everyHour.ok).toBe(true)
  api.clock.advance(3_600_000)
  const outcomes = await schedulers.tick(api.clock.nowMs())
  expect(outcomes.map(({ job: kind, ...outcome }) => [kind, outcome.kind])).toEqual([
    ['collection', 'nothing due'],
    ['retention', 'nothing due'],
    ['toy', 'started'],
  ])
  const toys = checkedBody(await ask('GET /jobs?kind=toy'), otherJobList).jobs
  expect(toys).toMatchObject([{ trigger: 'schedule', request: { count: 0 } }])
  expect(() => schedulers.schedulerOf('verification')).toThrow('have no schedule')
})

test('a toy that the server did not survive has failed, and says what to do', async () => {
  const { boot, step } = await openWorld()
  const before = boot()
  const id = await before.count(5)
  await step()
  await settle()
  const after = boot()
  expect(await after.jobs.closeInterrupted()).toBe(1)
  const error = 'the server stopped while it counted: count again'
  expect(await after.see(id)).toMatchObject({ status: 'errored', result: null, error })
  expect(await after.see(id, 'reader')).toMatchObject({
    error: 'It failed: only administrators are told why.',
  })
  const log = checkedBody(await after.ask(`GET /jobs/${id}/logs`), logLines)
  expect(log.at(-1)).toMatchObject({ level: 'error', data: error })
  expect(checkedBody(await after.ask('GET /jobs?kind=toy'), otherJobList).jobs).toHaveLength(1)
})
