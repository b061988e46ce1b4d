import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSession } from '#web/api/session-context.ts'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { Panel } from '#web/components/layout/panel.tsx'
import { isOver } from '#web/entities/jobs/job-state.ts'
import { jobQuery, runningJobQuery } from '../run-queries.ts'
import { RunEnd } from './run-end.tsx'
import { RunProgress } from './run-progress.tsx'

/** The run under way, in the place of the buttons that start one; afterwards its result. */
export function RunPanel() {
  const { isAdmin, name } = useSession()
  const { data: running } = useQuery(runningJobQuery)
  const watchedId = useWatchedRun(running && !running.dryRun ? running.id : null)
  if (running) {
    return (
      <Panel title="Run">
        <RunProgress job={running} isAdmin={isAdmin} viewer={name} />
      </Panel>
    )
  }
  if (watchedId === null) return null
  return (
    <Panel title="Run">
      <WatchedEnd jobId={watchedId} />
    </Panel>
  )
}

/**
 * The last run seen under way from this page: its result stays until the person leaves the page.
 */
function useWatchedRun(runningId: string | null): string | null {
  const [watchedId, setWatchedId] = useState(runningId)
  if (runningId !== null && runningId !== watchedId) setWatchedId(runningId)
  return watchedId
}

function WatchedEnd({ jobId }: { readonly jobId: string }) {
  const { data: job } = useQuery(jobQuery(jobId))
  return job && isOver(job) ? <RunEnd job={job} hasLink /> : <ListSkeleton rows={3} />
}
