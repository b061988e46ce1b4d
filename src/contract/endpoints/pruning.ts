import * as z from 'zod/mini'
import {
  prunedTags,
  pruningPolicies,
  pruningPolicy,
  pruningPolicyRequest,
} from '../rules/pruning.ts'
import { flag, optional } from '../query-parameters.ts'
import { table, type Calls } from './call.ts'
import { noContent } from './endpoint.ts'

const path = '/repositories/{repository+}/pruningPolicies'

export const listPruningPolicies = {
  name: 'listPruningPolicies',
  method: 'GET',
  path,
  answer: pruningPolicies,
} as const

export const addPruningPolicy = {
  name: 'addPruningPolicy',
  method: 'POST',
  path,
  answer: pruningPolicy,
} as const

export const testPruningPolicy = {
  name: 'testPruningPolicy',
  method: 'POST',
  path: `${path}/test`,
  answer: prunedTags,
} as const

export const getPruningPolicy = {
  name: 'getPruningPolicy',
  method: 'GET',
  path: `${path}/{id}`,
  answer: pruningPolicy,
} as const

export const changePruningPolicy = {
  name: 'changePruningPolicy',
  method: 'PUT',
  path: `${path}/{id}`,
  answer: pruningPolicy,
} as const

export const removePruningPolicy = {
  name: 'removePruningPolicy',
  method: 'DELETE',
  path: `${path}/{id}`,
  answer: noContent,
} as const

const base = { repository: 'library/base' } as const
const example = {
  rules: [
    { field: 'tag', operator: 'sw', values: ['pr-'] },
    { field: 'updated_at', operator: 'before', values: ['14d'] },
  ],
}

const query = () =>
  z.object({
    initialEvaluation: optional(
      flag,
      'Taken, and without effect: rules are applied when cleaning runs.',
    ),
  })

const whereItIs =
  'It is a rule of the repository’s own retention policy. Where that of a wider scope decides, it is refused.'

/** In the form of Docker Trusted Registry, over the rules of retention. */
export const pruningCalls = /* @__PURE__ */ table(
  () =>
    ({
      listPruningPolicies: {
        endpoint: listPruningPolicies,
        by: { inRepository: 'pull' },
        summary:
          'List what the retention policy of a repository removes, as Docker Trusted Registry does',
        notes:
          'Rules of its own policy that remove tags by name and age; others have no counterpart there, and are not listed.',
        example: { path: base },
      },
      addPruningPolicy: {
        endpoint: addPruningPolicy,
        by: { inRepository: 'admin' },
        summary: 'Add a rule that removes tags',
        notes: `${whereItIs} What has no exact counterpart is refused with a reason.`,
        query: query(),
        body: pruningPolicyRequest,
        status: 201,
        refusals: ['INVALID_POLICY', 'POLICY_CHANGED'],
        example: { path: base, body: example },
      },
      testPruningPolicy: {
        endpoint: testPruningPolicy,
        by: { inRepository: 'pull' },
        summary: 'Say which tags such a rule would remove, without doing anything',
        notes: 'Beside the rules of the repository that protect and keep.',
        body: pruningPolicyRequest,
        refusals: ['INVALID_POLICY'],
        example: { path: base, body: example },
      },
      getPruningPolicy: {
        endpoint: getPruningPolicy,
        by: { inRepository: 'pull' },
        summary: 'Get a rule that removes tags, by its id',
        refusals: ['NO_SUCH_POLICY'],
        example: { path: { ...base, id: '$PRUNING' } },
      },
      changePruningPolicy: {
        endpoint: changePruningPolicy,
        by: { inRepository: 'admin' },
        summary: 'Replace a rule that removes tags; its id stays',
        query: query(),
        body: pruningPolicyRequest,
        refusals: ['NO_SUCH_POLICY', 'INVALID_POLICY', 'POLICY_CHANGED'],
        example: { path: { ...base, id: '$PRUNING' }, body: example },
      },
      removePruningPolicy: {
        endpoint: removePruningPolicy,
        by: { inRepository: 'admin' },
        summary: 'Remove a rule that removes tags',
        notes:
          'The policy of the repository stays, if without a rule, so that none of a wider scope decides instead.',
        refusals: ['NO_SUCH_POLICY', 'INVALID_POLICY', 'POLICY_CHANGED'],
        example: { path: { ...base, id: '$PRUNING' } },
      },
    }) as const satisfies Calls,
)
