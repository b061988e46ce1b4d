import * as z from 'zod/mini'
import { clampedSize, optional, shown } from '../query-parameters.ts'
import { searchLimits, searchResult } from '../images/search.ts'
import { table, type Calls } from './call.ts'

export const search = {
  name: 'search',
  method: 'GET',
  path: '/search',
  answer: searchResult,
} as const

export const searchCalls = /* @__PURE__ */ table(
  () =>
    ({
      search: {
        endpoint: search,
        by: 'signed in, or by access token',
        summary: 'Find repositories and tags by parts of their names, the best matches first',
        query: z.object({
          query: shown(z.string().check(z.maxLength(searchLimits.queryLength)), {
            description: 'Words, all of which must match: of names, or of a digest.',
          }),
          limit: optional(
            clampedSize(searchLimits.maximum),
            `How many of each kind: ${searchLimits.default} unless given, at most ${searchLimits.maximum}.`,
          ),
        }),
        example: { query: { query: 'app' } },
      },
    }) as const satisfies Calls,
)
