import * as z from 'zod/mini'
import { anyJob, anyJobList } from '../jobs/jobs.ts'
import { job, jobList, logLines, startJobRequest } from '../jobs/collection-jobs.ts'
import { paging } from '../paging.ts'
import {
  clampedOffset,
  clampedSize,
  flag,
  optional,
  paged,
  pageStart,
  wholeNumber,
} from '../query-parameters.ts'
import { table, type Calls } from './call.ts'
import { noContent } from './endpoint.ts'

export const startJob = {
  name: 'startJob',
  method: 'POST',
  path: '/admin/jobs',
  answer: job,
} as const

export const listJobs = {
  name: 'listJobs',
  method: 'GET',
  path: '/jobs',
  answer: jobList,
} as const

export const getJob = {
  name: 'getJob',
  method: 'GET',
  path: '/jobs/{id}',
  answer: job,
} as const

export const getJobLog = {
  name: 'getJobLog',
  method: 'GET',
  path: '/jobs/{id}/logs',
  answer: logLines,
} as const

export const cancelJob = {
  name: 'cancelJob',
  method: 'POST',
  path: '/jobs/{id}/cancel',
  answer: noContent,
} as const

export const jobCalls = /* @__PURE__ */ table(
  () =>
    ({
      startJob: {
        endpoint: startJob,
        by: 'administrator',
        summary: 'Start a collection, a dry run that only plans one, or cleaning by rule',
        answer: anyJob,
        notes:
          '`job` is `registryGC`. With `plan`, the id of a plan that a dry run made, it removes at most what that lists. With `spareDeletedHours`, images that were deleted less than so many hours ago stay this time, whatever the policy says. `retention` applies the policies of retention, of a `scope` or of all; with `preview` it takes exactly what that shows, as far as the rules still say so. What is beyond the brakes of `GET /retention/settings` is refused with `APPROVAL_NEEDED`, or, without a preview, left in the result.',
        body: startJobRequest,
        status: 202,
        headers: ['Location'],
        refusals: [
          'JOB_ALREADY_RUNNING',
          'NO_SUCH_PLAN',
          'NO_SUCH_PREVIEW',
          'PREVIEW_NOT_RUNNABLE',
          'APPROVAL_NEEDED',
          'SHUTTING_DOWN',
        ],
        example: { body: { job: 'registryGC' } },
      },
      listJobs: {
        endpoint: listJobs,
        by: 'signed in',
        summary: 'List jobs, the newest first: collections, unless another kind is asked for',
        answer: anyJobList,
        query: paged({
          kind: optional(
            z.string(),
            '`collection`, `dry-run`, `verification`, `retention`, or `any` of them. Without it, collections and dry runs are listed.',
          ),
          action: optional(
            z.string(),
            'Of collections and dry runs `gc`, of other kinds the kind; `any` means all.',
          ),
          running: optional(
            z.union([flag, z.literal('any')]),
            'Only those that run, or only those that have ended.',
          ),
          start: optional(clampedOffset, 'How many to skip: what older clients send.'),
          pageStart: pageStart(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
        }),
        example: { query: { running: 'false', limit: '1', count: 'true' } },
      },
      getJob: {
        endpoint: getJob,
        by: 'signed in',
        summary: 'Get one job, with its progress while it runs, and its result',
        answer: anyJob,
        refusals: ['NO_SUCH_JOB'],
        example: { path: { id: '$JOB' } },
      },
      getJobLog: {
        endpoint: getJobLog,
        by: 'administrator',
        summary: 'Get lines of a job’s log',
        query: z.object({
          offset: optional(clampedOffset, 'How many lines to skip.'),
          limit: optional(
            clampedSize(paging.maximumPageSize),
            `How many lines: 100 unless given, at most ${paging.maximumPageSize}.`,
          ),
        }),
        refusals: ['NO_SUCH_JOB'],
        example: { path: { id: '$JOB' }, query: { offset: '0', limit: '2' } },
      },
      cancelJob: {
        endpoint: cancelJob,
        by: 'administrator',
        summary: 'Stop a job between two items; one that has ended stays as it is',
        body: z.object({}),
        isBodyOptional: true,
        refusals: ['NO_SUCH_JOB'],
        example: { path: { id: '$JOB' } },
      },
    }) as const satisfies Calls,
)
