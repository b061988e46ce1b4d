import { listedRemovals } from '#gc/plan/removal-list.ts'
import { nothingRemoved, type CollectionResult } from '#domain/collection/collection-result.ts'
import type { Collection } from '#gc/run.ts'
import { followEvents } from '#services/activity/domain-events.ts'
import { createJobRunner } from '#services/jobs/job-runner.ts'
import {
  createCollections,
  isCollecting,
} from '#services/jobs/kinds/collection/start-collection.ts'
import { isCollectionView } from '#services/jobs/kinds/collection/is-collection.ts'
import { collectionKind } from '#services/jobs/kinds/collection/collection-kind.ts'
import { dryRunKind } from '#services/jobs/kinds/dry-run/dry-run-kind.ts'
import type { RunCollection } from '#services/jobs/kinds/collection/prepare-collection.ts'
import {
  createReclaimable,
  type ReclaimableDeps,
} from '#services/garbage-collection/reclaimable.ts'
import { findJob, listJobs } from '#services/jobs/job-views.ts'
import type { JobQuery } from '#state/jobs.ts'
import { createTestWorld } from '../builders/test-world.ts'

export const result = (changed: Partial<CollectionResult> = {}): CollectionResult => ({
  dryRun: false,
  planned: { bytes: 1500, layers: 2, manifests: 1 },
  removed: { bytes: 1500, layers: 2, manifests: 1 },
  byCause: {},
  byRepository: {},
  skipped: 0,
  failures: [],
  left: nothingRemoved,
  endedBy: 'done',
  storedBytes: 9000,
  verification: null,
  gateClosedMs: 10,
  ...changed,
})

const plan = (items: number): Collection['plan'] => ({
  inventoryStartedAtMs: 0,
  items: listedRemovals(
    Array.from({ length: items }, (_, at) => ({
      step: 'upload' as const,
      cause: 'abandoned upload' as const,
      repository: 'team/app',
      digest: null,
      name: `upload ${at}`,
      isManifest: false,
      sizeBytes: 500,
    })),
  ),
  totals: { bytes: 1500, layers: 2, manifests: 1 },
  byCause: {},
  byRepository: {},
  storedBytes: 9000,
  faults: [
    { repository: 'team/app', reason: 'tag 1.2: its link is empty', hidesContent: true },
    { repository: null, reason: 'a stray file', hidesContent: false },
  ],
})

/** A run that is under way until the test ends it. */
export interface ScriptedRun {
  readonly options: Parameters<RunCollection>[0]
  finish(changed?: Partial<CollectionResult>): void
  fail(error: Error): void
}

/** A job runner over a collection that does what the test says. */
export function createScriptedCollections(changed: Partial<ReclaimableDeps> = {}) {
  const world = createTestWorld()
  const failures: string[] = []
  const { state, events } = followEvents(world.state, (_, what) => void failures.push(what))
  const recording = { ...world, state }
  const runs: ScriptedRun[] = []
  const runCollection: RunCollection = (options) =>
    new Promise((resolve, reject) => {
      const { dryRun } = options
      const finish = (end: Partial<CollectionResult> = {}) =>
        resolve({ result: result({ dryRun, ...end }), plan: plan(3) })
      runs.push({ options, finish, fail: reject })
    })
  const deps = {
    ...recording,
    freeBytes: async () => null,
    running: { look: async () => [] },
    runCollection: (options: Parameters<RunCollection>[0]) =>
      runCollection(options).finally(() => reclaimable.registryChanged()),
  }
  const jobs = createJobRunner({
    ...recording,
    kinds: [collectionKind(deps), dryRunKind(deps)],
    report: (what) => failures.push(what),
  })
  const collections = createCollections(jobs)
  const reclaimable = createReclaimable({
    ...recording,
    async analyse(inForce) {
      const asOfMs = world.clock.nowMs()
      const { result: found } = await runCollection({ policy: inForce, dryRun: true })
      const { planned, byCause, byRepository, storedBytes } = found
      return {
        asOfMs,
        isCurrent: true,
        reclaimable: planned,
        byCause,
        byRepository,
        storedBytes,
        stored: null,
      }
    },
    isCollecting: () => isCollecting(collections),
    repositories: async () => [
      { tagCount: 2, manifestCount: 2 },
      { tagCount: 3, manifestCount: 3 },
    ],
    ...changed,
  })
  const lastRun = (): ScriptedRun => {
    const last = runs.at(-1)
    if (last === undefined) throw new Error('no run is under way')
    return last
  }
  const jobView = async (id: string) => {
    const view = await findJob({ ...recording, jobs }, id)
    return view && isCollectionView(view) ? view : null
  }
  const jobViews = async (query: JobQuery) => {
    const found = await listJobs({ ...recording, jobs }, query)
    return { ...found, jobs: found.jobs.filter(isCollectionView) }
  }
  return {
    ...recording,
    events,
    jobs,
    collections,
    jobView,
    jobViews,
    reclaimable,
    runs,
    lastRun,
    failures,
  }
}
