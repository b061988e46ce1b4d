import { cancelJob, startJob } from '#contract/endpoints/jobs.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { request } from '#web/api/request.ts'
import { isOver } from '#web/entities/jobs/job-state.ts'
import { collectionKeys, jobQuery, runningJobQuery } from './run-queries.ts'

export interface StartOptions {
  readonly dryRun?: boolean
  /** The run removes at most what this plan lists. */
  readonly plan?: string
  /** What was deleted less than this many hours ago stays this time. */
  readonly spareDeletedHours?: number
}

export const startCollection = (client: QueryClient) =>
  mutationOptions({
    mutationFn: (options: StartOptions) =>
      request(startJob, { body: { job: 'registryGC', ...options } }),
    onSuccess: (started) => {
      if (!isOver(started)) client.setQueryData(runningJobQuery.queryKey, started)
      client.setQueryData(jobQuery(started.id).queryKey, started)
    },
    onSettled: () => client.invalidateQueries({ queryKey: collectionKeys.running }),
  })

export const stopCollection = (client: QueryClient) =>
  mutationOptions({
    mutationFn: (id: string) => request(cancelJob, { parameters: { id } }),
    onSuccess: (_, id) => {
      client.setQueryData(runningJobQuery.queryKey, (running) =>
        running?.id === id ? { ...running, stopping: true } : running,
      )
    },
    onSettled: () => client.invalidateQueries({ queryKey: collectionKeys.running }),
  })
