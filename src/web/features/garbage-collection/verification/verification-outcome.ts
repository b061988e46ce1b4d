import type { VerificationJob } from '#contract/jobs/jobs.ts'
import { countOf } from '#web/components/text/count-of.ts'
import type { RunOutcome } from '#web/entities/jobs/run-status.tsx'

/** How a verification stands or ended, in one or two words. */
export function verificationOutcome(
  job: Pick<VerificationJob, 'status' | 'stopping' | 'result'>,
): Pick<RunOutcome, 'label' | 'tone'> {
  if (job.status === 'running') {
    return { label: job.stopping ? 'stopping' : 'running', tone: 'busy' }
  }
  if (job.status === 'canceled') return { label: 'stopped', tone: 'warning' }
  if (job.result === null) return { label: 'failed', tone: 'bad' }
  const { tags, wholeTags, unread } = job.result
  const label = `${wholeTags} of ${countOf(tags, 'tag')} whole`
  if (wholeTags < tags) return { label, tone: 'bad' }
  return unread.length > 0
    ? { label: `${label}, some not read`, tone: 'bad' }
    : { label, tone: 'good' }
}
