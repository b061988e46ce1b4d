import type { Result } from '#domain/values/result.ts'
import type { Jobs } from '#state/jobs.ts'
import type { Actor } from '../../../activity/actor.ts'
import { createSerialQueue } from '#coordination/serial-queue.ts'
import { readJob, type JobView } from '../../job-kind.ts'
import type { JobRunner, JobStart, StartRefusal } from '../../job-runner.ts'
import { verificationCodec, type VerificationView } from './verification-codec.ts'

/** Verifications, among the jobs: one at a time. */
export interface Verifications {
  /** The one that runs, or the last one; null: there was none. */
  lastVerification(): Promise<VerificationView | null>
  /** Resolves as soon as it has started. */
  startVerification(full: boolean, start: JobStart): Promise<Result<VerificationView, StartRefusal>>
  /** Ends the check under way, if any, and waits for it. */
  stopVerification(actor: Actor): Promise<void>
}

export interface VerificationsDeps {
  readonly jobs: Pick<JobRunner, 'startJob' | 'stopJob' | 'runningJobs' | 'jobEnd'>
  readonly state: { readonly jobs: Pick<Jobs, 'list'> }
}

const isVerification = (view: JobView): view is VerificationView =>
  view.job.kind === verificationCodec.name

export function createVerifications({ jobs, state }: VerificationsDeps): Verifications {
  // A start waits for the end of the check that is being stopped.
  const runSerially = createSerialQueue()
  const running = () => jobs.runningJobs().find(isVerification)
  return {
    async lastVerification() {
      const query = { kinds: [verificationCodec.name], offset: 0, limit: 1 }
      const underWay = running()
      if (underWay) return underWay
      const [last] = (await state.jobs.list(query)).jobs
      return last ? { job: readJob(verificationCodec, last), stopping: false } : null
    },

    startVerification: (full, start) =>
      runSerially(async () => {
        const started = await jobs.startJob(verificationCodec.name, { full }, start)
        return started as Result<VerificationView, StartRefusal>
      }),

    stopVerification: (actor) =>
      runSerially(async () => {
        const underWay = running()
        if (!underWay) return
        await jobs.stopJob(underWay.job.id, actor)
        await jobs.jobEnd(underWay.job.id)
      }),
  }
}
