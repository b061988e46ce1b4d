import { removeSchedule, setSchedule } from '#contract/endpoints/garbage-collection.ts'
import { setPolicy } from '#contract/endpoints/policy.ts'
import type { WirePolicy } from '#contract/jobs/policy.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { scheduleQuery } from './queries.ts'
import { policyQuery } from './run-queries.ts'

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
