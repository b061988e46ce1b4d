import * as z from 'zod/mini'
import { largestImages, largestSorts } from '../images/largest-images.ts'
import { optional, paged, pullFilters, sortParameter } from '../query-parameters.ts'
import { table, type Calls } from './call.ts'

export const listLargestImages = {
  name: 'listLargestImages',
  method: 'GET',
  path: '/largest-images',
  answer: largestImages,
} as const

export const largestImageCalls = /* @__PURE__ */ table(
  () =>
    ({
      listLargestImages: {
        endpoint: listLargestImages,
        by: 'signed in, or by access token',
        summary:
          'List the images of all repositories that the caller may see, those first that free most if they are deleted',
        query: paged({
          filter: optional(z.string(), 'A part of the name of the repository, or of a tag.'),
          ...pullFilters(),
          sort: optional(
            sortParameter(largestSorts),
            'By what is freed, most first, unless another order is asked for; of images pulled at the same time, or never, those that free most come first.',
          ),
        }),
        example: { query: { pageSize: '2', count: 'true' } },
      },
    }) as const satisfies Calls,
)
