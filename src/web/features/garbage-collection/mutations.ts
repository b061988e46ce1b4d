import { removeSchedule, setPolicy, setSchedule } from '#contract/endpoints/garbage-collection.ts'
import { cancelJob, startJob } from '#contract/endpoints/jobs.ts'
import type { WirePolicy } from '#contract/garbage-collection.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import {
  collectionKeys,
  isOver,
  jobQuery,
  policyQuery,
  runningJobQuery,
  scheduleQuery,
} from './queries.ts'

export interface StartOptions {
  readonly dryRun?: boolean
  /** The run removes at most what this plan lists. */
  readonly plan?: string
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

export interface CollectionSettings {
  /** Absent: unchanged. Null: never. */
  readonly schedule?: string | null
  /** Absent: unchanged. */
  readonly policy?: WirePolicy
}

/** Saves the policy first, so that it is in force when the schedule fires. */
export const saveSettings = (client: QueryClient) =>
  mutationOptions({
    mutationFn: async (settings: CollectionSettings) => {
      if (settings.policy) {
        const saved = await request(setPolicy, { body: settings.policy })
        client.setQueryData(policyQuery.queryKey, saved)
      }
      if (settings.schedule !== undefined) await saveSchedule(client, settings.schedule)
    },
    // The policy decides what a collection may take.
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: queryKeys.garbageCollection }),
        client.invalidateQueries({ queryKey: queryKeys.trash }),
      ]),
  })

async function saveSchedule(client: QueryClient, text: string | null): Promise<void> {
  if (text === null) {
    await request(removeSchedule)
    return
  }
  const saved = await request(setSchedule, { body: { schedule: text } })
  client.setQueryData(scheduleQuery.queryKey, saved)
}
