import type { Job } from '#contract/jobs/collection-jobs.ts'
import { useQuery } from '@tanstack/react-query'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { isNothing } from '../plan/amounts.ts'
import { lastSavingsQuery, scheduleQuery } from '../queries.ts'

/** When the next collection takes what this run has left; renders nothing if it left nothing. */
export function LeftoverNote({ job }: { readonly job: Job }) {
  const { data: schedule } = useQuery(scheduleQuery)
  const { data: last } = useQuery(lastSavingsQuery)
  const { result } = job
  if (result === null || result.dryRun || isNothing(result.left) || !schedule || !last) return null
  if (last.jobID !== job.id) return 'A later run went on with the rest.'
  const [next] = schedule.nextRuns
  return next === undefined ? (
    'Nothing is scheduled: press Run now to free the rest.'
  ) : (
    <>
      The next run goes on with the rest, <RelativeTime at={next} />.
    </>
  )
}
