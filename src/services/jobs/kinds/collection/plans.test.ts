import { describe, expect, test, vi } from 'vitest'
import { job } from '#testing/conformance/state/state-samples.ts'
import { createScriptedCollections } from '#testing/services/scripted-run.ts'
import { dryRunForm } from '../dry-run/dry-run-form.ts'
import type { CollectionView } from './collection-kinds.ts'
import { settle, startMs } from '#testing/builders/test-world.ts'

const ada = { name: 'ada', from: null }
const byAda = { trigger: 'person', actor: ada } as const

const planIDOf = (view: CollectionView | undefined): string =>
  dryRunForm.readResult(view?.job.result)?.planID ?? ''

describe('a dry run', () => {
  test('keeps its plan, which a run can be given', async () => {
    const { collections, lastRun, moveClock, state, jobViews } = createScriptedCollections()
    await collections.startCollection({ ...byAda, dryRun: true })
    expect(lastRun().options.dryRun).toBe(true)
    moveClock(400)
    lastRun().finish()
    await settle()
    const [dry] = (await jobViews({ offset: 0, limit: 1 })).jobs
    const plan = await state.plans.find(planIDOf(dry))
    expect(plan).toMatchObject({
      jobID: dry?.job.id,
      madeAtMs: startMs + 400,
      warnings: ['team/app: tag 1.2: its link is empty', 'a stray file'],
    })
    // Half a millisecond for each of three items; planning keeps no writer out.
    expect(plan?.estimatedMs).toBe(2)

    const started = await collections.startCollection({ ...byAda, planID: plan?.id })
    expect(started).toMatchObject({ ok: true, value: { job: { request: { planID: plan?.id } } } })
    expect(lastRun().options.atMost).toEqual(plan?.items)
  })

  test('is estimated by the last run, if that removed enough items', async () => {
    const { collections, lastRun, state, jobViews } = createScriptedCollections()
    await collections.startCollection(byAda)
    const removed = { bytes: 1, layers: 150, manifests: 50 }
    lastRun().finish({ removed, gateClosedMs: 2000 })
    await settle()
    await collections.startCollection({ ...byAda, dryRun: true })
    lastRun().finish()
    await settle()
    const [dry] = (await jobViews({ offset: 0, limit: 1 })).jobs
    expect((await state.plans.find(planIDOf(dry)))?.estimatedMs).toBe(30)
  })

  test('is not estimated by a run that kept no writer out', async () => {
    const { collections, lastRun, state, jobViews } = createScriptedCollections()
    await collections.startCollection(byAda)
    const removed = { bytes: 1, layers: 150, manifests: 50 }
    lastRun().finish({ removed, gateClosedMs: 0 })
    await settle()
    await collections.startCollection({ ...byAda, dryRun: true })
    lastRun().finish()
    await settle()
    const [dry] = (await jobViews({ offset: 0, limit: 1 })).jobs
    expect((await state.plans.find(planIDOf(dry)))?.estimatedMs).toBe(2)
  })

  test('does not exist without its plan', async () => {
    const { collections, runs } = createScriptedCollections()
    expect(await collections.startCollection({ ...byAda, planID: 'gone' })).toMatchObject({
      ok: false,
      refusal: { code: 'NO_SUCH_PLAN' },
    })
    expect(runs).toEqual([])
    expect(collections.runningJob()).toBeNull()
  })
})

describe('after a run', () => {
  test('followers get its end before other callers can see that it has ended', async () => {
    const { collections, events, lastRun, failures } = createScriptedCollections()
    const seen: unknown[] = []
    events.subscribe(['collection finished'], () => {
      throw new Error('a broken follower')
    })
    const remove = events.subscribe(['collection finished'], ({ data }) => {
      seen.push(data.status, collections.runningJob()?.job.status)
    })
    await collections.startCollection(byAda)
    lastRun().finish()
    await settle()
    expect(seen).toEqual(['done', 'running'])
    expect(failures).toHaveLength(1)
    remove()
    await collections.startCollection(byAda)
    lastRun().finish()
    await settle()
    expect(seen).toHaveLength(2)
  })

  test('its end and its event are stored together, or the job alone if that fails', async () => {
    const { collections, lastRun, failures, recorded, state } = createScriptedCollections()
    const started = await collections.startCollection(byAda)
    const id = started.ok ? started.value.job.id : ''
    vi.spyOn(state, 'transaction').mockRejectedValueOnce(new Error('no state'))
    lastRun().finish()
    await settle()
    expect(failures).toEqual([`the end of job ${id} cannot be recorded`])
    expect(await state.jobs.find(id)).toMatchObject({ status: 'done' })
    expect((await recorded()).map(({ kind }) => kind)).toEqual(['collection started'])
  })
})

describe('at start-up', () => {
  test('jobs that a killed process left running are closed', async () => {
    const { jobs, state, recorded } = createScriptedCollections()
    await state.jobs.save(job('past'))
    const left = job('left', { status: 'running', finishedAtMs: null, updatedAtMs: 1234 })
    await state.jobs.save(left)
    expect(await jobs.closeInterrupted()).toBe(1)
    expect(await state.jobs.find('left')).toEqual({
      ...left,
      status: 'errored',
      finishedAtMs: 1234,
      error: expect.stringContaining('the server stopped'),
    })
    expect(await state.jobs.find('past')).toEqual(job('past'))
    expect(await state.jobs.log('left', 0, 9)).toMatchObject([{ level: 'error' }])
    expect(await recorded()).toMatchObject([{ kind: 'collection finished', subject: 'left' }])
    expect(await jobs.closeInterrupted()).toBe(0)
  })

  test('the job of this process is left alone', async () => {
    const { collections, jobs } = createScriptedCollections()
    await collections.startCollection(byAda)
    expect(await jobs.closeInterrupted()).toBe(0)
    expect(collections.runningJob()?.job.status).toBe('running')
  })
})
