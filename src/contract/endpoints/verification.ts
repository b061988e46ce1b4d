import * as z from 'zod/mini'
import { verificationJob } from '../jobs/jobs.ts'
import { requestedVerification, verificationRequest } from '../jobs/verification.ts'
import { table, type Calls } from './call.ts'
import { noContent } from './endpoint.ts'

export const getVerification = {
  name: 'getVerification',
  method: 'GET',
  path: '/garbage-collection/verification',
  answer: requestedVerification,
} as const

export const startVerification = {
  name: 'startVerification',
  method: 'POST',
  path: '/garbage-collection/verification',
  answer: requestedVerification,
} as const

export const stopVerification = {
  name: 'stopVerification',
  method: 'DELETE',
  path: '/garbage-collection/verification',
  answer: noContent,
} as const

/** The call `listJobs`, of one kind. */
export const listVerifications = {
  name: 'listVerifications',
  method: 'GET',
  path: '/jobs',
  answer: z.object({ jobs: z.array(verificationJob) }),
} as const

/** The call `getJob`, of one kind. */
export const getVerificationJob = {
  name: 'getVerificationJob',
  method: 'GET',
  path: '/jobs/{id}',
  answer: verificationJob,
} as const

export const verificationCalls = /* @__PURE__ */ table(
  () =>
    ({
      getVerification: {
        endpoint: getVerification,
        by: 'administrator',
        summary: 'Get the last check of every tag that a person started; `null` before the first',
        example: {},
      },
      startVerification: {
        endpoint: startVerification,
        by: 'administrator',
        summary: 'Start a check of whether every tag is whole',
        body: verificationRequest,
        isBodyOptional: true,
        status: 202,
        refusals: ['JOB_ALREADY_RUNNING', 'SHUTTING_DOWN'],
        example: { body: { full: true } },
      },
      stopVerification: {
        endpoint: stopVerification,
        by: 'administrator',
        summary: 'Stop the check of every tag',
        example: {},
      },
    }) as const satisfies Calls,
)
