import type { Reclaimable, Saving, WirePlan } from '#contract/jobs/garbage-collection.ts'
import type { WirePolicy } from '#contract/jobs/policy.ts'
import type { VerificationJob } from '#contract/jobs/jobs.ts'
import type { Job, WireCollectionResult, WireProgress } from '#contract/jobs/collection-jobs.ts'
import type { Amount } from '../plan/causes.ts'

export const nothing: Amount = { bytes: 0, layers: 0, manifests: 0 }
export const someAmount: Amount = { bytes: 3_200_000_000, layers: 214, manifests: 12 }

export const sampleProgress = (of: Partial<WireProgress> = {}): WireProgress => ({
  phase: 'sweeping',
  done: 135,
  total: 214,
  bytesFreed: 1_160_000_000,
  bytesPerSecond: 31_000_000,
  remainingMs: 15_000,
  repository: 'team/app',
  ...of,
})

export const sampleResult = (of: Partial<WireCollectionResult> = {}): WireCollectionResult => ({
  dryRun: false,
  planID: null,
  planned: someAmount,
  removed: someAmount,
  byCause: { 'deleted image': someAmount },
  byRepository: { 'team/app': someAmount },
  skipped: 0,
  failures: [],
  left: nothing,
  endedBy: 'done',
  storedBytes: 9_000_000_000,
  verification: { tags: 412, wholeTags: 412, broken: [], unread: [] },
  gateClosedMs: 40_000,
  ...of,
})

/** A run that admin started and that ended well. */
export const sampleJob = (of: Partial<Job> = {}): Job => ({
  id: 'run-1',
  kind: of.dryRun ? 'dry-run' : 'collection',
  action: 'gc',
  status: 'done',
  trigger: 'person',
  actor: 'admin',
  dryRun: false,
  stopping: false,
  scheduledAt: null,
  startedAt: '2026-11-22T01:00:00.000Z',
  lastUpdated: '2026-11-22T01:00:41.000Z',
  finishedAt: '2026-11-22T01:00:41.000Z',
  progress: null,
  result: sampleResult(),
  error: null,
  ...of,
})

export const runningJob = (of: Partial<Job> = {}): Job =>
  sampleJob({
    status: 'running',
    finishedAt: null,
    result: null,
    progress: sampleProgress(),
    ...of,
  })

/** A verification that admin started, and that read every byte and ended well. */
export const sampleVerification = (of: Partial<VerificationJob> = {}): VerificationJob => ({
  id: 'verification-1',
  kind: 'verification',
  action: 'verification',
  status: 'done',
  trigger: 'person',
  actor: 'admin',
  stopping: false,
  scheduledAt: null,
  startedAt: '2026-11-22T01:00:00.000Z',
  lastUpdated: '2026-11-22T01:00:41.000Z',
  finishedAt: '2026-11-22T01:00:41.000Z',
  progress: null,
  request: { full: true },
  result: { tags: 412, wholeTags: 412, broken: [], unread: [] },
  error: null,
  ...of,
})

export const samplePolicy: WirePolicy = {
  timeLimitMinutes: null,
  whileCollecting: 'reject-pushes',
  trashRetentionHours: 0,
  collectUntagged: false,
  untaggedMinimumAgeHours: 24,
  acceptSparseIndexes: false,
}

export const sampleReclaimable: Reclaimable = {
  asOf: '2026-11-23T10:00:00.000Z',
  isCurrent: true,
  reclaimable: someAmount,
  byCause: { 'deleted image': someAmount },
  storedBytes: 9_000_000_000,
  tagCount: 412,
  repositoryCount: 12,
  verification: null,
  error: null,
}

export const samplePlan: WirePlan = {
  id: 'plan-1',
  jobID: 'preview-1',
  madeAt: '2026-11-23T10:00:00.000Z',
  planned: someAmount,
  byCause: { 'deleted image': someAmount },
  byRepository: { 'team/app': someAmount },
  largest: [],
  estimatedMs: 40_000,
  warnings: [],
}

export const sampleSaving = (of: Partial<Saving> = {}): Saving => ({
  jobID: 'run-1',
  startedAt: '2026-11-22T01:00:00.000Z',
  finishedAt: '2026-11-22T01:00:41.000Z',
  trigger: 'schedule',
  status: 'done',
  endedBy: 'done',
  failures: 0,
  bytesFreed: 100,
  layersRemoved: 2,
  manifestsRemoved: 1,
  byCause: { 'deleted image': { bytes: 100, layers: 2, manifests: 1 } },
  storedBytes: 1000,
  reclaimableBytes: 100,
  stored: null,
  ...of,
})
