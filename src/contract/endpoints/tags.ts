import * as z from 'zod/mini'
import {
  flag,
  instantMs,
  optional,
  paged,
  platformParameter,
  pullFilters,
  sortParameter,
  wholeNumber,
} from '../query-parameters.ts'
import { verdicts } from '../rules/verdicts.ts'
import { tagDetails, tagList, tagSorts } from '../images/tags.ts'
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
          pushedBefore: optional(instantMs, 'Only tags that were pushed before this instant.'),
          freesMoreThan: optional(
            wholeNumber(0, Number.MAX_SAFE_INTEGER),
            'Only tags whose deletion frees more than so many bytes (`freedSize`).',
          ),
          platform: optional(
            platformParameter(),
            'Only images for this platform, as `linux/arm64` or `linux/arm64/v8`: a list of platforms with it, or an image of it.',
          ),
          ...pullFilters(),
          sort: optional(
            sortParameter(tagSorts),
            'By name unless given; `-` for descending. Names are in natural order: without regard to case, and `1.9` before `1.10`.',
          ),
          startAt: optional(
            z.string().check(z.maxLength(128)),
            'Where the list starts, instead of its beginning: sorted by `name` at a name or the letters that it begins with, sorted by `updatedAt` at an instant. The header `X-Resource-Index` says how many items are before it.',
          ),
          verdicts: optional(
            flag,
            '`true`: each with what the retention policy in force says of it (`retention`). Of more than 2,000 tags they may be null at first (`judgedAt`).',
          ),
          verdict: optional(
            z.enum(verdicts),
            'Only tags with this verdict of the retention policy in force. Without a policy every tag is `unmatched`.',
          ),
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
