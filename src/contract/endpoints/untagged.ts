import * as z from 'zod/mini'
import { optional, paged, pullFilters, sortParameter } from '../query-parameters.ts'
import { untaggedImages, untaggedSorts } from '../images/untagged.ts'
import { table, type Calls } from './call.ts'

export const listUntagged = {
  name: 'listUntagged',
  method: 'GET',
  path: '/repositories/{repository+}/untagged',
  answer: untaggedImages,
} as const

export const untaggedCalls = /* @__PURE__ */ table(
  () =>
    ({
      listUntagged: {
        endpoint: listUntagged,
        by: { inRepository: 'pull' },
        summary:
          'List the images of a repository that have no tag and that nothing holds, with the tags that they had',
        notes: 'Each can be deleted by its digest, as an image with tags.',
        query: paged({
          filter: optional(z.string(), 'A part of a digest, or of a tag that an image had.'),
          ...pullFilters(),
          sort: optional(
            sortParameter(untaggedSorts),
            'By what is freed, most first, unless another order is asked for; what has no time comes as if before all others.',
          ),
        }),
        example: { path: { repository: 'team/app' }, query: { pageSize: '2', count: 'true' } },
      },
    }) as const satisfies Calls,
)
