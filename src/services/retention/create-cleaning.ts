import {
  createKeptPreviews,
  createSharedPreviews,
  type KeptPreviews,
  type SharedPreviewsDeps,
} from './kept-previews.ts'
import { createPullRecorder, type PullRecorder, type PullRecorderDeps } from './pull-recorder.ts'
import { createRunningGuard, type RunningDeps, type RunningGuard } from './running/running-guard.ts'

/** What cleaning by rule knows beside what is stored. */
export interface Cleaning {
  readonly previews: KeptPreviews
  readonly pullRecorder: PullRecorder
  readonly running: RunningGuard
}

type CleaningDeps = PullRecorderDeps &
  RunningDeps &
  SharedPreviewsDeps & {
    /** Other servers use the same state. */
    readonly isShared: boolean
  }

export const createCleaning = (deps: CleaningDeps): Cleaning => ({
  previews: deps.isShared ? createSharedPreviews(deps) : createKeptPreviews(deps.createId),
  pullRecorder: createPullRecorder(deps),
  running: createRunningGuard(deps),
})
