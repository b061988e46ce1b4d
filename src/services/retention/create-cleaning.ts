import { createKeptPreviews, type KeptPreviews } from './kept-previews.ts'
import { createPullRecorder, type PullRecorder, type PullRecorderDeps } from './pull-recorder.ts'
import { createRunningGuard, type RunningDeps, type RunningGuard } from './running/running-guard.ts'

/** What cleaning by rule knows beside what is stored. */
export interface Cleaning {
  readonly previews: KeptPreviews
  readonly pullRecorder: PullRecorder
  readonly running: RunningGuard
}

export const createCleaning = (deps: PullRecorderDeps & RunningDeps): Cleaning => ({
  previews: createKeptPreviews(deps.createId),
  pullRecorder: createPullRecorder(deps),
  running: createRunningGuard(deps),
})
