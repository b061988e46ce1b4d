import * as z from 'zod/mini'
import { flag, optional, paged, sortParameter } from '../query-parameters.ts'
import { tagDetails, tagList, tagSorts } from '../tags.ts'
import { table, type Calls } from './call.ts'

export const listTags = {
  name: 'listTags',
  method: 'GET',
  path: '/repositories/{repository+}/tags',
  answer: tagList,
} as const

export const getTag = {
  name: 'getTag',
  method: 'GET',
  path: '/repositories/{repository+}/tags/{reference}',
  answer: tagDetails,
} as const

const app = { repository: 'team/app' } as const

export const tagCalls = /* @__PURE__ */ table(
  () =>
    ({
      listTags: {
        endpoint: listTags,
        by: { inRepository: 'pull' },
        summary: 'List the tags of a repository, with the images that they show',
        query: paged({
          filter: optional(z.string(), 'A part of a tag, or of a digest.'),
          sort: optional(sortParameter(tagSorts), 'By name unless given; `-` for descending.'),
          includeManifests: optional(flag, '`true`: each with the manifest itself.'),
        }),
        example: { path: app, query: { sort: '-exclusiveSize', count: 'true' } },
      },
      getTag: {
        endpoint: getTag,
        by: { inRepository: 'pull' },
        summary:
          'Get an image by tag or digest, with its platforms, its layers and who shares them',
        refusals: ['NO_SUCH_TAG', 'NO_SUCH_REF', 'INVALID_DIGEST'],
        example: { path: { ...app, reference: '1.0' } },
      },
    }) as const satisfies Calls,
)
