import { cancelJob } from '#contract/endpoints/jobs.ts'
import {
  approveRetention,
  previewRetention,
  removeRetentionPolicy,
  removeRetentionSchedule,
  saveRetentionText,
  setRetentionSchedule,
  setRetentionSettings,
  startRetention,
} from '#contract/endpoints/retention.ts'
import { removeRunning } from '#contract/endpoints/running.ts'
import type { WireRetentionSettings } from '#contract/rules/retention-runs.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { isOver } from '#web/entities/jobs/job-state.ts'
import {
  policiesQuery,
  previewQuery,
  reportsQuery,
  runningKey,
  runningQuery,
  runQuery,
  versionsKey,
} from './queries.ts'

const all = { queryKey: queryKeys.retention }

interface PolicyChange {
  readonly scope: string
  /** The version that the person saw; 0: there was none. */
  readonly version: number
}

/** What is protected, and what each tag's verdict is, follows the policies. */
function afterPolicyChange(client: QueryClient) {
  // No page waits for the versions: they are behind a button.
  void client.invalidateQueries({ queryKey: versionsKey })
  return Promise.all([
    client.invalidateQueries({ queryKey: policiesQuery.queryKey }),
    client.invalidateQueries({ queryKey: queryKeys.tags }),
  ])
}

export const savePolicy = (client: QueryClient) =>
  mutationOptions({
    mutationFn: ({ scope, version, text }: PolicyChange & { readonly text: string }) =>
      request(saveRetentionText, {
        parameters: { scope },
        headers: { 'Content-Type': 'application/yaml', 'If-Match': `"${version}"` },
        body: text,
      }),
    onSuccess: () => afterPolicyChange(client),
  })

export const removePolicy = (client: QueryClient) =>
  mutationOptions({
    mutationFn: ({ scope, version }: PolicyChange) =>
      request(removeRetentionPolicy, {
        parameters: { scope },
        headers: { 'If-Match': `"${version}"` },
      }),
    onSettled: () => afterPolicyChange(client),
  })

/** What it alone runs can be cleaned and deleted then, and tags and previews show it. */
export const removeReport = (client: QueryClient) =>
  mutationOptions({
    mutationFn: (cluster: string) => request(removeRunning, { parameters: { cluster } }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: reportsQuery.queryKey }),
        client.invalidateQueries({ queryKey: queryKeys.tags }),
      ]),
  })

export interface PreviewRequest {
  readonly scope: string
  /** A draft, as if it were the policy of the scope; absent: the policies in force. */
  readonly policy?: string
  /** Another moment to judge for; absent: now. */
  readonly at?: string
}

export const makePreview = (client: QueryClient) =>
  mutationOptions({
    mutationFn: (body: PreviewRequest) =>
      request(previewRetention, { body, query: { pageSize: 1 } }),
    onSuccess: (preview) => client.setQueryData(previewQuery(preview.previewID).queryKey, preview),
  })

export interface RunRequest {
  readonly scope: string
  /** Exactly what this shows; absent: what the rules say then. */
  readonly preview?: string
}

interface StartRequest extends RunRequest {
  readonly isApproving: boolean
}

export const startRun = (client: QueryClient) =>
  mutationOptions({
    mutationFn: async ({ isApproving, ...run }: StartRequest) => {
      if (isApproving && run.preview !== undefined) {
        await request(approveRetention, { body: { previewID: run.preview } })
      }
      return await request(startRetention, { body: { job: 'retention', ...run } })
    },
    onSuccess: (started) => {
      if (!isOver(started)) client.setQueryData(runningQuery.queryKey, started)
      client.setQueryData(runQuery(started.id).queryKey, started)
    },
    onSettled: () => client.invalidateQueries(all),
  })

export const stopRun = (client: QueryClient) =>
  mutationOptions({
    mutationFn: (id: string) => request(cancelJob, { parameters: { id } }),
    onSuccess: (_, id) => {
      client.setQueryData(runningQuery.queryKey, (running) =>
        running?.id === id ? { ...running, stopping: true } : running,
      )
    },
    onSettled: () => client.invalidateQueries({ queryKey: runningKey }),
  })

export type CleaningChoices = Pick<
  WireRetentionSettings,
  'beforeCollections' | 'maximumShare' | 'maximumImages' | 'approveFirst' | 'pulls' | 'running'
>

interface CleaningSettings {
  /** Absent: unchanged. Null: never. */
  readonly schedule?: string | null
  /** Absent: unchanged. */
  readonly choices?: CleaningChoices
}

/** Saves the brakes first, so that they are in force when the schedule fires. */
export const saveSettings = (client: QueryClient) =>
  mutationOptions({
    mutationFn: async ({ schedule, choices }: CleaningSettings) => {
      if (choices) await request(setRetentionSettings, { body: choices })
      if (schedule === null) await request(removeRetentionSchedule)
      else if (schedule !== undefined) await request(setRetentionSchedule, { body: { schedule } })
    },
    onSettled: () => client.invalidateQueries(all),
  })
