import { defaultCollectionPolicy, type CollectionPolicy } from '#domain/policy/collection-policy.ts'
import { describe, expect, test, vi } from 'vitest'
import { theServer } from '../activity/actor.ts'
import type { CollectionView } from './kinds/collection/is-collection.ts'
import type { Collections, CollectionStart } from './kinds/collection/start-collection.ts'
import { createScriptedCollections } from '#testing/services/scripted-run.ts'
import { settle, startMs } from '#testing/builders/test-world.ts'

const ada = { name: 'ada', from: '192.0.2.7' }
const byAda: CollectionStart = { trigger: 'person', actor: ada }

async function start(collections: Collections, request = byAda): Promise<CollectionView> {
  const started = await collections.startCollection(request)
  if (!started.ok) throw new Error(started.refusal.message)
  return started.value
}

describe('a collection', () => {
  test('runs, ends and is stored with its result', async () => {
    const { collections, lastRun, moveClock, recorded, state, jobView } =
      createScriptedCollections()
    const { job } = await start(collections)
    expect(job).toMatchObject({ status: 'running', actor: 'ada', startedAtMs: startMs })
    expect(await state.jobs.find(job.id)).toEqual(job)
    expect(collections.runningJob()?.job.id).toBe(job.id)
    moveClock(700)
    lastRun().finish()
    await settle()
    expect(collections.runningJob()).toBeNull()
    const ended = await jobView(job.id)
    expect(ended?.job).toMatchObject({
      status: 'done',
      finishedAtMs: startMs + 700,
      result: { removed: { bytes: 1500 } },
      error: null,
    })
    expect(await recorded()).toMatchObject([
      { kind: 'collection started', actor: 'ada', from: '192.0.2.7', subject: job.id },
      { kind: 'collection finished', actor: null, subject: job.id, detail: 'done, 1.5 kB freed' },
    ])
  })

  test('that fails ends as errored, and the next one can start', async () => {
    const { collections, lastRun, state, jobView } = createScriptedCollections()
    const { job } = await start(collections)
    lastRun().fail(new Error('the trash could not be read'))
    await settle()
    expect((await jobView(job.id))?.job).toMatchObject({
      status: 'errored',
      error: 'the trash could not be read',
      result: null,
    })
    expect(await state.jobs.log(job.id, 0, 9)).toMatchObject([{ level: 'error' }])
    expect((await collections.startCollection(byAda)).ok).toBe(true)
  })

  test('shows its progress from memory, and stores it now and then', async () => {
    const { collections, lastRun, moveClock, state, jobView, jobViews } =
      createScriptedCollections()
    const { job } = await start(collections)
    const emit = (done: number) =>
      lastRun().options.emit?.({
        kind: 'progress',
        progress: {
          phase: 'sweeping',
          done,
          total: 10,
          bytesFreed: 0,
          bytesPerSecond: 0,
          remainingMs: null,
          repository: null,
        },
      })
    const stored = async () => (await state.jobs.find(job.id))?.progress?.done
    emit(1)
    await settle()
    expect((await jobView(job.id))?.job.progress?.done).toBe(1)
    const { jobs } = await jobViews({ offset: 0, limit: 1 })
    expect(jobs[0]?.job.progress?.done).toBe(1)
    expect(await stored()).toBeUndefined()
    moveClock(2000)
    emit(2)
    emit(3)
    await settle()
    expect(await stored()).toBe(2)
  })

  test('has its log lines in order, including the last ones', async () => {
    const { collections, lastRun, state } = createScriptedCollections()
    const { job } = await start(collections)
    for (let at = 0; at < 50; at += 1) {
      lastRun().options.emit?.({ kind: 'log', level: 'info', message: `line ${at}` })
    }
    lastRun().finish()
    await settle()
    const lines = await state.jobs.log(job.id, 0, 100)
    expect(lines.map(({ data }) => data)).toEqual(
      Array.from({ length: 50 }, (_, at) => `line ${at}`),
    )
  })

  test('continues when its log cannot be written', async () => {
    const { collections, lastRun, failures, state, jobView } = createScriptedCollections()
    const { job } = await start(collections)
    state.jobs.appendLog = async () => {
      throw new Error('disk full')
    }
    lastRun().options.emit?.({ kind: 'log', level: 'info', message: 'one' })
    lastRun().options.emit?.({ kind: 'log', level: 'info', message: 'two' })
    lastRun().finish()
    await settle()
    expect((await jobView(job.id))?.job.status).toBe('done')
    expect(failures).toEqual([`the log of job ${job.id} cannot be written`])
  })
})

describe('one at a time', () => {
  test('a second start is refused with the job that runs', async () => {
    const { collections, runs } = createScriptedCollections()
    const answers = await Promise.all([
      collections.startCollection(byAda),
      collections.startCollection(byAda),
    ])
    expect(answers[0]).toMatchObject({ ok: true })
    expect(answers[1]).toMatchObject({
      ok: false,
      refusal: { code: 'JOB_ALREADY_RUNNING', job: { job: { id: 'id-1' } } },
    })
    expect(runs).toHaveLength(1)
  })
})

describe('stopping', () => {
  test('ends the run as canceled, and is recorded once', async () => {
    const { collections, jobs, lastRun, recorded, jobView } = createScriptedCollections()
    const { job } = await start(collections)
    expect(await jobs.stopJob(job.id, ada)).toBe('stopping')
    expect(await jobs.stopJob(job.id, ada)).toBe('stopping')
    expect(lastRun().options.signal?.aborted).toBe(true)
    expect(collections.runningJob()?.stopping).toBe(true)
    expect(await collections.startCollection(byAda)).toMatchObject({
      refusal: { job: { stopping: true } },
    })
    lastRun().finish({ endedBy: 'stopped' })
    await settle()
    expect((await jobView(job.id))?.job.status).toBe('canceled')
    expect(await jobs.stopJob(job.id, ada)).toBe('not running')
    expect(await jobs.stopJob('unknown', ada)).toBe('no such job')
    const stops = (await recorded()).filter(({ kind }) => kind === 'collection stopped')
    expect(stops).toMatchObject([{ actor: 'ada', subject: job.id }])
  })

  test('at shutdown stores the run before it ends, and no other starts', async () => {
    const { collections, jobs, lastRun, state } = createScriptedCollections()
    const { job } = await start(collections)
    let isOver = false
    const shutdown = jobs.shutdown().then(() => (isOver = true))
    await settle()
    expect(lastRun().options.signal?.aborted).toBe(true)
    expect(isOver).toBe(false)
    lastRun().finish({ endedBy: 'stopped' })
    await shutdown
    expect((await state.jobs.find(job.id))?.status).toBe('canceled')
    expect(await collections.startCollection(byAda)).toMatchObject({
      refusal: { code: 'SHUTTING_DOWN' },
    })
  })

  test('at shutdown also stops a start that is under way', async () => {
    const person = new EventTarget()
    const policy = new Promise<CollectionPolicy>((resolve) =>
      person.addEventListener('decide', () => resolve(defaultCollectionPolicy)),
    )
    const { collections, jobs, lastRun, settings } = createScriptedCollections()
    vi.spyOn(settings, 'policy').mockReturnValue(policy)
    const starting = collections.startCollection({ trigger: 'schedule', actor: theServer })
    await settle()
    const shutdown = jobs.shutdown()
    person.dispatchEvent(new Event('decide'))
    expect((await starting).ok).toBe(true)
    await settle()
    expect(lastRun().options.signal?.aborted).toBe(true)
    lastRun().finish({ endedBy: 'stopped' })
    await shutdown
    expect(collections.runningJob()).toBeNull()
  })
})
