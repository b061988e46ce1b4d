import type { Job } from '#contract/jobs/collection-jobs.ts'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { queryKeys } from '#web/api/query-keys.ts'
import { isOver } from '#web/entities/jobs/job-state.ts'
import { fetchJob, jobQuery, runningJobQuery } from '../run-queries.ts'

/** The queries that a run changes: all that depend on what is stored, and the trash. */
const changedByRuns = [
  queryKeys.garbageCollection,
  queryKeys.repositories,
  queryKeys.tags,
  queryKeys.trash,
  queryKeys.activity,
] as const

/**
 * Invalidates what a run has changed as soon as it ends, also a run that another person or the
 * schedule started, and reports how it ended. For one component that is on every page.
 */
export function useCollectionEnd(onEnd: (job: Job) => void): void {
  const client = useQueryClient()
  const { data: running } = useQuery(runningJobQuery)
  const watched = useRef<string | null>(null)
  const latestOnEnd = useRef(onEnd)
  useEffect(() => {
    latestOnEnd.current = onEnd
  })
  useEffect(() => {
    // Unknown, so the run has not necessarily ended.
    if (running === undefined) return
    const ended = watched.current
    watched.current = running?.id ?? null
    if (ended === null || ended === watched.current) return
    for (const queryKey of changedByRuns) void client.invalidateQueries({ queryKey })
    void tellEnd(ended)

    async function tellEnd(jobId: string): Promise<void> {
      // Fetched again: an answer already under way may be from before the end. If this fails, the
      // history shows the end once the server answers again.
      const job = await fetchJob(jobId).catch(() => null)
      if (job === null) return
      client.setQueryData(jobQuery(jobId).queryKey, job)
      if (isOver(job)) latestOnEnd.current(job)
    }
  }, [running, client])
}
