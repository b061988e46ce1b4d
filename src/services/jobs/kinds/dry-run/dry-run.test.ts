import { describe, expect, test } from 'vitest'
import { createScriptedCollections } from '#testing/services/scripted-run.ts'
import { settle, startMs } from '#testing/builders/test-world.ts'
import type { CollectionView } from '../collection/is-collection.ts'
import { dryRunCodec } from './dry-run-codec.ts'

const ada = { name: 'ada', from: null }
const byAda = { trigger: 'person', actor: ada } as const

const planIDOf = (view: CollectionView | undefined): string =>
  dryRunCodec.readResult(view?.job.result)?.planID ?? ''

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
