import { runningReport, runningReportRequest, runningReports } from '../rules/running.ts'
import { table, type Calls } from './call.ts'
import { noContent } from './endpoint.ts'

export const listRunning = {
  name: 'listRunning',
  method: 'GET',
  path: '/running',
  answer: runningReports,
} as const

export const getRunning = {
  name: 'getRunning',
  method: 'GET',
  path: '/running/{cluster}',
  answer: runningReport,
} as const

export const reportRunning = {
  name: 'reportRunning',
  method: 'PUT',
  path: '/running/{cluster}',
  answer: runningReport,
} as const

export const removeRunning = {
  name: 'removeRunning',
  method: 'DELETE',
  path: '/running/{cluster}',
  answer: noContent,
} as const

export const runningCalls = /* @__PURE__ */ table(
  () =>
    ({
      listRunning: {
        endpoint: listRunning,
        by: 'administrator',
        summary: 'List what clusters reported to run',
        notes: 'Of each report the first ten images that are not here are named.',
        example: {},
      },
      getRunning: {
        endpoint: getRunning,
        by: 'administrator',
        summary: 'Get the report of one cluster',
        notes: 'The first thousand images that are not here are named.',
        refusals: ['NO_SUCH_REPORT'],
        example: { path: { cluster: 'prod' } },
      },
      reportRunning: {
        endpoint: reportRunning,
        by: 'signed in, or by access token',
        summary: 'Report all images that a cluster runs, in place of its last report',
        notes:
          'For administrators, and for the account that the retention settings name for the cluster, also by any access token of that account. The body may also be text, as `text/plain`: one image a line, at most 20,000. A report with a line that names no image is refused as a whole, with the number of the line, and so is an empty one. What is reported is neither cleaned by rule, nor deleted by people who do not confirm it.',
        body: runningReportRequest,
        refusals: ['INVALID_REPORT', 'NOT_AUTHORIZED', 'BODY_TOO_LARGE'],
        example: {
          path: { cluster: 'prod' },
          body: { images: ['registry.example.com/team/app:1.0'] },
        },
      },
      removeRunning: {
        endpoint: removeRunning,
        by: 'administrator',
        summary: 'Give up the report of a cluster that is no more',
        notes:
          'A cluster that the retention settings name has to report again before anything is cleaned by rule.',
        refusals: ['NO_SUCH_REPORT'],
        example: { path: { cluster: 'prod' } },
      },
    }) as const satisfies Calls,
)
