import { policy, policyRequest } from '../jobs/policy.ts'
import { table, type Calls } from './call.ts'

export const getPolicy = {
  name: 'getPolicy',
  method: 'GET',
  path: '/garbage-collection/policy',
  answer: policy,
} as const

export const setPolicy = {
  name: 'setPolicy',
  method: 'PUT',
  path: '/garbage-collection/policy',
  answer: policy,
} as const

export const policyCalls = /* @__PURE__ */ table(
  () =>
    ({
      getPolicy: {
        endpoint: getPolicy,
        by: 'signed in',
        summary: 'Get the policy of collections',
        example: {},
      },
      setPolicy: {
        endpoint: setPolicy,
        by: 'administrator',
        summary: 'Set the policy of collections',
        notes: 'A field that older clients do not know may be absent, and stays unchanged.',
        body: policyRequest,
        example: {
          body: {
            timeLimitMinutes: 30,
            whileCollecting: 'hold-pushes',
            trashRetentionHours: 48,
            collectUntagged: true,
            untaggedMinimumAgeHours: 24,
          },
        },
      },
    }) as const satisfies Calls,
)
