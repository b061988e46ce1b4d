import { detailText } from '#domain/events/detail-text.ts'
import { describe, expect, it } from 'vitest'
import type { Verification } from '#domain/collection/collection-result.ts'
import type { CollectionView } from '../collection/collection-kinds.ts'
import { createEvent } from '../../../activity/record-activity.ts'
import { followEvents } from '../../../activity/domain-events.ts'
import { createTestWorld, settle } from '#testing/builders/test-world.ts'
import { createVerifications } from './verifications.ts'

const whole: Verification = { tags: 2, wholeTags: 2, broken: [] }
const torn: Verification = {
  tags: 2,
  wholeTags: 1,
  broken: [{ repository: 'team/app', tag: '1.0', reason: 'sha256:… is missing' }],
}

const dana = { name: 'dana', from: null }

/** A check that ends on demand, beside collections that start and end on demand. */
function openWorld() {
  let nowMs = 1000
  let collecting = false
  let finish: (found: Verification | Error) => void = () => {}
  const asked: boolean[] = []
  const recorded: string[] = []
  const reported: string[] = []
  let canRecord = true
  const world = createTestWorld()
  const { state, events } = followEvents(
    {
      ...world.state,
      activity: {
        ...world.activity,
        async record(event) {
          if (!canRecord) throw new Error('no state')
          const { kind, actor } = event
          recorded.push([kind, actor, detailText(event)].filter(Boolean).join(', '))
          return await world.activity.record(event)
        },
      },
    },
    () => {},
  )
  const followers = new Set<() => void>()
  const deps = { state, createId: world.createId, clock: { nowMs: () => (nowMs += 1) } }
  const verifications = createVerifications({
    ...deps,
    collections: {
      runningJob: () => (collecting ? ({ job: { kind: 'collection' } } as CollectionView) : null),
    },
    events: {
      subscribe(kinds, listener) {
        const stop = events.subscribe(kinds, listener)
        followers.add(stop)
        return () => {
          stop()
          followers.delete(stop)
        }
      },
    },
    report: (message) => void reported.push(message),
    verifyStore: ({ full, signal, onProgress }) => {
      asked.push(full)
      onProgress(1, 4)
      return new Promise((resolve, reject) => {
        finish = (found) => {
          if (signal.aborted) reject(new Error('stopped'))
          else if (found instanceof Error) reject(found)
          else resolve(found)
        }
      })
    },
  })
  return {
    verifications,
    asked,
    recorded,
    reported,
    recordNothing: () => void (canRecord = false),
    collect: (is: boolean) => void (collecting = is),
    async collected(kind: 'collection started' | 'collection finished', dryRun = false) {
      const run = { trigger: 'api', dryRun, tookMs: 1, freedBytesByCause: {}, failures: 0 }
      const end = { status: 'done', error: null, freedBytes: 0, run } as const
      const event =
        kind === 'collection started'
          ? createEvent(deps, kind, dana, { jobID: 'job', dryRun, planID: null })
          : createEvent(deps, kind, dana, { jobID: 'job', ...end })
      await state.activity.record(event)
    },
    followers,
    async end(found: Verification | Error) {
      await settle()
      finish(found)
      await settle()
    },
    async stop(found: Verification) {
      const stopped = verifications.shutdown()
      await settle()
      finish(found)
      await stopped
    },
  }
}

describe('a verification on demand', () => {
  it('is remembered with its result', async () => {
    const { verifications, asked, end, followers } = openWorld()
    expect(verifications.lastVerification()).toBeNull()
    const started = await verifications.startVerification(true, dana)
    expect(started).toMatchObject({ ok: true, value: { full: true, finishedAtMs: null } })
    await settle()
    expect(asked).toEqual([true])
    await end(torn)
    expect(verifications.lastVerification()).toMatchObject({ result: torn, error: null })
    expect(verifications.lastVerification()?.finishedAtMs).toBeGreaterThan(0)
    expect(followers.size).toBe(0)
  })

  it('reports its progress and its actor', async () => {
    const { verifications, end, recorded } = openWorld()
    await verifications.startVerification(true, dana)
    await settle()
    expect(verifications.lastVerification()).toMatchObject({
      actor: 'dana',
      progress: { done: 1, total: 4 },
      finishedAtMs: null,
    })
    await end(torn)
    expect(recorded).toEqual([
      'verification started, dana, every byte',
      'verification finished, 1 of 2 tags verified',
    ])
  })

  it('can be stopped, and started again', async () => {
    const { verifications, end } = openWorld()
    await verifications.stopVerification()
    await verifications.startVerification(true, dana)
    const stopped = verifications.stopVerification()
    await settle()
    await end(whole)
    await stopped
    expect(verifications.lastVerification()).toMatchObject({
      result: null,
      error: 'it was stopped',
    })
    expect(await verifications.startVerification(false, dana)).toMatchObject({ ok: true })
  })

  it('ends as usual if its end cannot be recorded, and reports that', async () => {
    const { verifications, end, recordNothing, reported } = openWorld()
    await verifications.startVerification(false, dana)
    recordNothing()
    await end(whole)
    expect(verifications.lastVerification()).toMatchObject({ result: whole, error: null })
    expect(reported).toEqual(['the end of a verification could not be recorded'])
  })

  it('runs alone', async () => {
    const { verifications, end } = openWorld()
    await verifications.startVerification(false, dana)
    expect(await verifications.startVerification(false, dana)).toMatchObject({
      ok: false,
      refusal: { code: 'JOB_ALREADY_RUNNING' },
    })
    await end(whole)
    expect(await verifications.startVerification(false, dana)).toMatchObject({ ok: true })
  })

  it('does not start while a collection runs', async () => {
    const { verifications, collect } = openWorld()
    collect(true)
    expect(await verifications.startVerification(false, dana)).toMatchObject({
      refusal: { message: 'a collection is running: it verifies every tag when it has finished' },
    })
  })

  it.each(['collection started', 'collection finished'] as const)(
    'reports no broken image that may have been collected during it (%s)',
    async (kind) => {
      const { verifications, collected, end } = openWorld()
      await verifications.startVerification(false, dana)
      await settle()
      await collected(kind)
      await end(torn)
      const error = 'a collection ran meanwhile: verify again'
      expect(verifications.lastVerification()).toMatchObject({ result: null, error })
      await verifications.startVerification(false, dana)
      await settle()
      await collected(kind)
      await end(whole)
      expect(verifications.lastVerification()).toMatchObject({ result: whole, error: null })
    },
  )

  it('reports a broken image if only a dry run ran during it', async () => {
    const { verifications, collected, end } = openWorld()
    await verifications.startVerification(false, dana)
    await settle()
    await collected('collection started', true)
    await collected('collection finished', true)
    await end(torn)
    expect(verifications.lastVerification()).toMatchObject({ result: torn, error: null })
  })

  it('says why it failed', async () => {
    const { verifications, end } = openWorld()
    await verifications.startVerification(false, dana)
    await end(new Error('no route to disk'))
    expect(verifications.lastVerification()).toMatchObject({
      result: null,
      error: 'no route to disk',
    })
  })

  it('ends when the server stops', async () => {
    const { verifications, stop } = openWorld()
    await verifications.startVerification(false, dana)
    await settle()
    await stop(whole)
    expect(verifications.lastVerification()).toMatchObject({ error: 'the server is stopping' })
    expect(await verifications.startVerification(false, dana)).toMatchObject({
      refusal: { code: 'SHUTTING_DOWN' },
    })
  })
})
