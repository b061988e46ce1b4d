import { exampleSchedule } from '#domain/schedule/presets.ts'
import * as z from 'zod/mini'
import { optional, paged } from '../query-parameters.ts'
import {
  retentionPolicies,
  retentionPolicy,
  retentionPolicyRequest,
  retentionPolicyWithHistory,
  retentionPreview,
  retentionPreviewRequest,
  retentionVersions,
} from '../rules/retention.ts'
import { schedule, scheduleRequest } from '../jobs/garbage-collection.ts'
import {
  approveRequest,
  retentionJob,
  retentionSettings,
  retentionSettingsRequest,
} from '../rules/retention-runs.ts'
import { table, type Calls } from './call.ts'
import { noContent } from './endpoint.ts'

export const listRetentionPolicies = {
  name: 'listRetentionPolicies',
  method: 'GET',
  path: '/retention/policies',
  answer: retentionPolicies,
} as const

export const getRetentionPolicy = {
  name: 'getRetentionPolicy',
  method: 'GET',
  path: '/retention/policies/{scope+}',
  answer: retentionPolicyWithHistory,
} as const

export const listRetentionVersions = {
  name: 'listRetentionVersions',
  method: 'GET',
  path: '/retention/versions/{scope+}',
  answer: retentionVersions,
} as const

export const saveRetentionPolicy = {
  name: 'saveRetentionPolicy',
  method: 'PUT',
  path: '/retention/policies/{scope+}',
  answer: retentionPolicy,
} as const

/** The call `saveRetentionPolicy`, with the text as it was written instead of JSON. */
export const saveRetentionText = {
  name: 'saveRetentionText',
  method: 'PUT',
  path: '/retention/policies/{scope+}',
  answer: retentionPolicy,
} as const

export const removeRetentionPolicy = {
  name: 'removeRetentionPolicy',
  method: 'DELETE',
  path: '/retention/policies/{scope+}',
  answer: noContent,
} as const

export const previewRetention = {
  name: 'previewRetention',
  method: 'POST',
  path: '/retention/preview',
  answer: retentionPreview,
} as const

export const getRetentionPreview = {
  name: 'getRetentionPreview',
  method: 'GET',
  path: '/retention/previews/{id}',
  answer: retentionPreview,
} as const

export const getRetentionSettings = {
  name: 'getRetentionSettings',
  method: 'GET',
  path: '/retention/settings',
  answer: retentionSettings,
} as const

export const setRetentionSettings = {
  name: 'setRetentionSettings',
  method: 'PUT',
  path: '/retention/settings',
  answer: retentionSettings,
} as const

export const getRetentionSchedule = {
  name: 'getRetentionSchedule',
  method: 'GET',
  path: '/retention/schedule',
  answer: schedule,
} as const

export const setRetentionSchedule = {
  name: 'setRetentionSchedule',
  method: 'PUT',
  path: '/retention/schedule',
  answer: schedule,
} as const

export const removeRetentionSchedule = {
  name: 'removeRetentionSchedule',
  method: 'DELETE',
  path: '/retention/schedule',
  answer: noContent,
} as const

export const approveRetention = {
  name: 'approveRetention',
  method: 'POST',
  path: '/retention/approve',
  answer: noContent,
} as const

/** The call `startJob`, of this kind. */
export const startRetention = {
  name: 'startRetention',
  method: 'POST',
  path: '/admin/jobs',
  answer: retentionJob,
} as const

/** The call `listJobs`, of this kind. */
export const listRetentionRuns = {
  name: 'listRetentionRuns',
  method: 'GET',
  path: '/jobs',
  answer: z.object({ jobs: z.array(retentionJob) }),
} as const

/** The call `getJob`, of this kind. */
export const getRetentionRun = {
  name: 'getRetentionRun',
  method: 'GET',
  path: '/jobs/{id}',
  answer: retentionJob,
} as const

const pagesOfVerdicts = () =>
  paged({
    verdict: optional(
      z.enum(['protected', 'kept', 'removed', 'unmatched']),
      'Only rows with this verdict.',
    ),
    repository: optional(z.string(), 'Only rows of this repository.'),
    change: optional(
      z.enum(['any', 'nowRemoved', 'noLongerRemoved', 'otherwise']),
      'Of a draft: only rows whose verdict is another by the policies in force (`any`), or that change so.',
    ),
  })

const whoChanges =
  'It needs an administrator; for a namespace or a repository, admin access to it suffices.'

export const retentionCalls = /* @__PURE__ */ table(
  () =>
    ({
      listRetentionPolicies: {
        endpoint: listRetentionPolicies,
        by: 'signed in',
        summary: 'List the retention policies of the registry and of what the caller may see',
        example: {},
      },
      getRetentionPolicy: {
        endpoint: getRetentionPolicy,
        by: 'signed in',
        summary: 'Get the retention policy of a scope, with its earlier versions',
        headers: ['ETag'],
        refusals: ['NO_SUCH_POLICY', 'INVALID_PARAMETERS'],
        example: { path: { scope: 'team' } },
      },
      listRetentionVersions: {
        endpoint: listRetentionVersions,
        by: 'signed in',
        summary: 'List what was ever saved as the retention policy of a scope, the newest first',
        notes: 'Also where the policy was removed; none, where the caller may see nothing.',
        refusals: ['INVALID_PARAMETERS'],
        example: { path: { scope: 'team' } },
      },
      saveRetentionPolicy: {
        endpoint: saveRetentionPolicy,
        by: 'signed in',
        summary: 'Save the retention policy of a scope',
        notes: `${whoChanges} The body may also be YAML, as \`application/yaml\`. A refusal with \`INVALID_POLICY\` has the line and column of each problem, and the expectations that do not hold; one with \`POLICY_CHANGED\` has both policies.`,
        takesIfMatch: 'version',
        body: retentionPolicyRequest,
        headers: ['ETag'],
        refusals: ['INVALID_POLICY', 'POLICY_CHANGED', 'NOT_AUTHORIZED'],
        example: {
          path: { scope: 'team' },
          body: {
            rules: [
              { protect: { tags: ['stable'] } },
              { keep: { tags: ['*'], newest: 10, by: 'pushed' } },
              { remove: { tags: ['pr-*'], olderThan: '14d' } },
            ],
            expect: [{ tag: 'pr-12', pushed: '20d ago', is: 'removed' }],
          },
        },
      },
      removeRetentionPolicy: {
        endpoint: removeRetentionPolicy,
        by: 'signed in',
        summary: 'Remove the retention policy of a scope: that of the next wider one decides then',
        notes: whoChanges,
        takesIfMatch: 'version',
        refusals: ['NO_SUCH_POLICY', 'POLICY_CHANGED', 'NOT_AUTHORIZED', 'INVALID_PARAMETERS'],
        example: { path: { scope: 'team' } },
      },
      previewRetention: {
        endpoint: previewRetention,
        by: 'signed in',
        summary: 'Say what a retention policy would do, without doing anything',
        notes:
          'For a draft, or the policies in force; for the repositories of the scope that the caller may read, where no narrower scope has a policy of its own.',
        query: pagesOfVerdicts(),
        body: retentionPreviewRequest,
        refusals: ['INVALID_POLICY'],
        example: {
          body: {
            scope: 'team',
            policy: '{"rules":[{"remove":{"tags":["*"],"exceptNewest":3}}]}',
          },
        },
      },
      getRetentionPreview: {
        endpoint: getRetentionPreview,
        by: 'signed in',
        summary: 'Get another page of a preview, as it was made',
        notes:
          'Of those that the caller made, and for administrators of all, also of runs that wait for approval; the last few are kept; by a server for itself, until it restarts.',
        query: pagesOfVerdicts(),
        refusals: ['NO_SUCH_PREVIEW'],
        example: { path: { id: '$PREVIEW' } },
      },
      getRetentionSettings: {
        endpoint: getRetentionSettings,
        by: 'administrator',
        summary: 'Get how cleaning by rule runs: its brakes, what was approved, and what waits',
        example: {},
      },
      setRetentionSettings: {
        endpoint: setRetentionSettings,
        by: 'administrator',
        summary: 'Set how cleaning by rule runs',
        body: retentionSettingsRequest,
        example: {
          body: {
            beforeCollections: false,
            maximumShare: 50,
            maximumImages: 1000,
            approveFirst: true,
          },
        },
      },
      getRetentionSchedule: {
        endpoint: getRetentionSchedule,
        by: 'signed in',
        summary: 'Get the schedule of cleaning by rule',
        example: {},
      },
      setRetentionSchedule: {
        endpoint: setRetentionSchedule,
        by: 'administrator',
        summary: 'Set the schedule of cleaning by rule',
        body: scheduleRequest,
        refusals: ['INVALID_SCHEDULE'],
        example: { body: { schedule: exampleSchedule } },
      },
      removeRetentionSchedule: {
        endpoint: removeRetentionSchedule,
        by: 'administrator',
        summary: 'Remove the schedule: rules run only when they are started',
        example: {},
      },
      approveRetention: {
        endpoint: approveRetention,
        by: 'administrator',
        summary: 'Approve a preview, and the policies that decided it in their present versions',
        notes: 'A job with this preview may run then, whatever its size.',
        body: approveRequest,
        refusals: ['NO_SUCH_PREVIEW', 'PREVIEW_NOT_RUNNABLE'],
        example: { body: { previewID: '$PREVIEW' } },
      },
    }) as const satisfies Calls,
)
