import type { RunCollection } from '#services/jobs/kinds/collection/prepare-collection.ts'
import type { JobView } from '#services/jobs/job-kind.ts'
import { createJobRunner, type JobRunner } from '#services/jobs/job-runner.ts'
import { findJob, listJobs } from '#services/jobs/job-views.ts'
import { collectionCodec } from '#services/jobs/kinds/collection/collection-codec.ts'
import { collectionKind } from '#services/jobs/kinds/collection/collection-kind.ts'
import { dryRunKind } from '#services/jobs/kinds/dry-run/dry-run-kind.ts'
import {
  createCollections,
  type Collections,
} from '#services/jobs/kinds/collection/start-collection.ts'
import { createScheduler, type Scheduler } from '#services/jobs/scheduler.ts'
import { silentLooks } from '#services/jobs/shared-job-records.ts'
import { collectionSchedule } from '#services/jobs/kinds/collection/collection-kind.ts'
import type { State } from '#state/state.ts'
import { result, type ScriptedRun } from './scripted-run.ts'

/** One of several servers over one state, whose collections do what the test says. */
export interface SharingServer {
  readonly jobs: JobRunner
  readonly collections: Collections
  readonly scheduler: Scheduler
  /** As a host logs them: an error with where it came from. */
  readonly failures: readonly string[]
  /** The collections that run here. */
  readonly runs: readonly ScriptedRun[]
  view(jobID: string): Promise<JobView | null>
  views(): Promise<readonly JobView[]>
  /** The server sees no life of others for so long that it takes them for dead. */
  hearSilence(): Promise<void>
}

/** @param clock of this server */
export function createSharingServer(
  name: string,
  state: State,
  clock: { readonly nowMs: () => number },
): SharingServer {
  let ids = 0
  const failures: string[] = []
  const runs: ScriptedRun[] = []
  const recording = { state, clock, createId: () => `${name}-${(ids += 1)}` }
  const deps = {
    ...recording,
    freeBytes: async () => null,
    running: { look: async () => [] },
    runCollection: ((options) =>
      new Promise((resolve, reject) => {
        const finish: ScriptedRun['finish'] = (changed = {}) =>
          resolve({ result: result({ dryRun: options.dryRun, ...changed }), plan: null })
        runs.push({ options, finish, fail: reject })
      })) satisfies RunCollection,
  }
  const jobs = createJobRunner({
    ...recording,
    kinds: [collectionKind(deps), dryRunKind(deps)],
    report: (what, error) =>
      failures.push(`${what}: ${String(error instanceof Error ? error.stack : error)}`),
    isShared: true,
  })
  const scheduler = createScheduler(
    { ...recording, jobs, isShared: true, log: (_, message) => failures.push(message) },
    { ...collectionCodec, schedule: collectionSchedule },
  )
  return {
    jobs,
    collections: createCollections(jobs),
    scheduler,
    failures,
    runs,
    view: (id) => findJob({ state, jobs }, id),
    views: async () => (await listJobs({ state, jobs }, { offset: 0, limit: 100 })).jobs,
    async hearSilence() {
      for (let look = 0; look <= silentLooks; look += 1) await jobs.look()
    },
  }
}
