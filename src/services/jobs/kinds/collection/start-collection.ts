import type { Result } from '#domain/values/result.ts'
import type { JobRunner, JobStart, StartRefusal } from '../../job-runner.ts'
import { dryRunCodec } from '../dry-run/dry-run-codec.ts'
import { collectionCodec, type CollectionRequest } from './collection-codec.ts'
import { isCollectionView, type CollectionView } from './is-collection.ts'

export interface CollectionStart extends JobStart {
  /** Only plan, and keep the plan. */
  readonly dryRun?: boolean
  /** Remove at most what this plan lists. */
  readonly planID?: string
  /** What was deleted less than this many hours ago stays this time. */
  readonly spareDeletedHours?: number
}

/** Collections and dry runs, among the jobs. */
export interface Collections {
  startCollection(start: CollectionStart): Promise<Result<CollectionView, StartRefusal>>
  /** The one of this process, also a dry run, or null. Costs nothing. */
  runningJob(): CollectionView | null
}

export const createCollections = (
  jobs: Pick<JobRunner, 'startJob' | 'runningJobs'>,
): Collections => ({
  async startCollection({ dryRun = false, planID = null, spareDeletedHours = null, ...start }) {
    const request: CollectionRequest = { planID, spareDeletedHours }
    const { name } = dryRun ? dryRunCodec : collectionCodec
    const started = await jobs.startJob(name, request, start)
    return started as Result<CollectionView, StartRefusal>
  },
  runningJob: () => jobs.runningJobs().find(isCollectionView) ?? null,
})

/** Whether a collection is removing something: a dry run removes nothing. */
export const isCollecting = (collections: Pick<Collections, 'runningJob'>): boolean =>
  collections.runningJob()?.job.kind === collectionCodec.name
