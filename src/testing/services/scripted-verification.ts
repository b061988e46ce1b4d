import { detailText } from '#domain/events/detail-text.ts'
import type { Verification } from '#domain/collection/collection-result.ts'
import { ok } from '#domain/values/result.ts'
import { createEvent } from '#services/activity/record-activity.ts'
import { followEvents } from '#services/activity/domain-events.ts'
import type { JobKind } from '#services/jobs/job-kind.ts'
import { createJobRunner } from '#services/jobs/job-runner.ts'
import { collectionCodec } from '#services/jobs/kinds/collection/collection-codec.ts'
import { dryRunCodec } from '#services/jobs/kinds/dry-run/dry-run-codec.ts'
import { verificationKind } from '#services/jobs/kinds/verification/verification-kind.ts'
import { createVerifications } from '#services/jobs/kinds/verification/verifications.ts'
import { createTestWorld, settle } from '../builders/test-world.ts'

export const dana = { name: 'dana', from: null }
const byDana = { trigger: 'person', actor: dana } as const

/** A job of another kind, which runs for ever. */
const idleKind = (form: Pick<JobKind, 'name' | 'phases'>): JobKind => ({
  ...form,
  readRequest: () => null,
  readResult: () => null,
  conflictWith: () => null,
  prepare: async () => ok(() => new Promise(() => {})),
  interrupted: '',
  facts: { started: () => null, stopped: () => null, finished: () => null },
})

/** A check that ends on demand, beside collections that start on demand. */
export function createScriptedVerifications() {
  let nowMs = 1000
  let finish: ((found: Verification | Error) => void) | null = null
  const asked: boolean[] = []
  const recorded: string[] = []
  const reported: string[] = []
  let canRecord = true
  const world = createTestWorld()
  const { state, events } = followEvents(
    {
      ...world.state,
      transaction: (act) =>
        world.state.transaction((parts) => act({ ...parts, activity: recording(parts.activity) })),
      activity: recording(world.activity),
    },
    () => {},
  )
  function recording(activity: typeof world.activity): typeof world.activity {
    return {
      ...activity,
      async record(event) {
        if (!canRecord) throw new Error('no state')
        const { kind, actor } = event
        recorded.push([kind, actor, detailText(event)].filter(Boolean).join(', '))
        return await activity.record(event)
      },
    }
  }
  const followers = new Set<() => void>()
  const deps = { state, createId: world.createId, clock: { nowMs: () => (nowMs += 1) } }
  const collection = idleKind(collectionCodec)
  const dryRun = idleKind(dryRunCodec)
  const verification = verificationKind({
    state,
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
  const boot = () =>
    createJobRunner({
      ...deps,
      kinds: [collection, dryRun, verification],
      report: (message) => void reported.push(message),
    })
  const jobs = boot()
  const verifications = createVerifications({ jobs, state })
  return {
    jobs,
    verifications,
    start: (full = false) => verifications.startVerification(full, byDana),
    last: async () => (await verifications.lastVerification())?.job,
    log: async (id = '') => (await state.jobs.log(id, 0, 99)).map(({ data }) => data),
    asked,
    recorded,
    reported,
    recordNothing: () => void (canRecord = false),
    collect: () => jobs.startJob('collection', null, byDana),
    dryRun: () => jobs.startJob('dry-run', null, byDana),
    /** The same state after the process was killed. */
    async restart() {
      const after = boot()
      await after.closeInterrupted()
      return createVerifications({ jobs: after, state })
    },
    async collected(kind: 'collection started' | 'collection finished', isDry = false) {
      const run = { trigger: 'api', dryRun: isDry, tookMs: 1, freedBytesByCause: {}, failures: 0 }
      const end = { status: 'done', error: null, freedBytes: 0, run } as const
      const event =
        kind === 'collection started'
          ? createEvent(deps, kind, dana, { jobID: 'job', dryRun: isDry, planID: null })
          : createEvent(deps, kind, dana, { jobID: 'job', ...end })
      await state.activity.record(event)
    },
    followers,
    async end(found: Verification | Error) {
      await settle()
      finish?.(found)
      await settle()
    },
    async stop(found: Verification) {
      const stopped = jobs.shutdown()
      await settle()
      finish?.(found)
      await stopped
    },
  }
}
