import type { LogLine } from '#contract/jobs/collection-jobs.ts'
import { getJobLog } from '#contract/endpoints/jobs.ts'
import { paging } from '#contract/paging.ts'
import { queryOptions } from '@tanstack/react-query'
import { queryKeys } from '#web/api/query-keys.ts'
import { request } from '#web/api/request.ts'
import { pollRunningMs } from './job-state.ts'

/** The whole log of a run; fetches only the lines that are not in the cache yet. */
export const jobLogQuery = (id: string, isRunning: boolean) =>
  queryOptions({
    queryKey: [...queryKeys.garbageCollection, getJobLog.name, id],
    queryFn: async ({ client, queryKey, signal }) => {
      const lines = [...(client.getQueryData<LogLine[]>(queryKey) ?? [])]
      let fetched: LogLine[]
      do {
        fetched = await request(getJobLog, {
          parameters: { id },
          query: { offset: lines.length, limit: paging.maximumPageSize },
          signal,
        })
        lines.push(...fetched)
      } while (fetched.length === paging.maximumPageSize)
      return lines
    },
    structuralSharing: false,
    refetchInterval: isRunning ? 2 * pollRunningMs : false,
  })
