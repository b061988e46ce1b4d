import type { Explanation } from '#collector/explain.ts'
import type { CollectionPolicy } from '#domain/collection-policy.ts'
import type { Removed, RemovedByCause, Verification } from '#domain/collection-result.ts'
import type { Digest } from '#domain/digest.ts'
import type { Parsed } from '#domain/parsed.ts'
import type { JobPage, JobQuery, JobTrigger, StoredJob } from '#state/jobs.ts'
import type { Actor } from './actor.ts'

export interface StartRequest {
  readonly trigger: JobTrigger
  readonly actor: Actor
  /** Plan only, and keep the plan. */
  readonly dryRun?: boolean
  /** Do at most what this plan says. */
  readonly planID?: string
  /** When the schedule meant it to start. */
  readonly scheduledAtMs?: number
}

export type StartRefusal =
  | { readonly code: 'JOB_ALREADY_RUNNING'; readonly message: string; readonly job: JobView | null }
  | { readonly code: 'NO_SUCH_PLAN'; readonly message: string }
  | { readonly code: 'SHUTTING_DOWN'; readonly message: string }

/** A job as it is this moment: a running one with its progress from memory. */
export interface JobView {
  readonly job: StoredJob
  /** Somebody pressed Stop, and it has not ended yet. */
  readonly stopping: boolean
}

/** What a collection would free now. */
export interface ReclaimableView {
  readonly asOfMs: number
  readonly reclaimable: Removed
  readonly byCause: RemovedByCause
  readonly byRepository: Readonly<Record<string, Removed>>
  readonly storedBytes: number
  readonly tagCount: number
  readonly repositoryCount: number
  /** Of the last run that verified, with when that was. */
  readonly verification: (Verification & { readonly atMs: number }) | null
  /** Why it cannot be told: a collection would refuse to run for the same reason. */
  readonly error: string | null
}

/** Called once a run has ended and is stored, with whatever came of it. */
export type EndHook = (job: StoredJob) => void | Promise<void>

/** Runs collections, one at a time, and remembers them. */
export interface Collections {
  /** Resolves as soon as the job is stored and running; the run itself goes on. */
  start(request: StartRequest): Promise<Parsed<JobView, StartRefusal>>
  /** Asks a run to end between two items. It ends as `canceled`, within about a second. */
  stop(jobID: string, actor: Actor): Promise<'stopping' | 'not running' | 'no such job'>
  /** The run of this process, or null. Costs nothing. */
  running(): JobView | null
  /** Any job, past or running. Its log is `state.jobs.log`. */
  job(jobID: string): Promise<JobView | null>
  /** The newest first. */
  jobs(query: JobQuery): Promise<{
    readonly jobs: readonly JobView[]
    readonly total: JobPage['total']
  }>
  /** Computed anew only when the registry has changed; calls at the same time share one run. */
  reclaimable(): Promise<ReclaimableView>
  /** Why a digest is here: by what a collection would find now, under the policy in force. */
  explain(digest: Digest): Promise<Explanation>
  /** Says that images, tags or the trash changed by other ways than a collection. */
  registryChanged(): void
  /** At start-up: ends as `errored` what a killed process left running. Resolves to how many. */
  closeInterrupted(): Promise<number>
  /** Calls `hook` after every run. Returns a function that takes it away again. */
  onEnd(hook: EndHook): () => void
  /** Stops the run between two items, waits for it to be stored, and starts no more. */
  shutdown(): Promise<void>
}

/** Reads the policy that is in force when a run starts. */
export type CurrentPolicy = () => Promise<CollectionPolicy>
