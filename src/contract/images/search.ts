import * as z from 'zod/mini'
import { count } from '../scalars.ts'

/** What `GET /search` finds: the best few of each kind, and how many there are. */
export const searchResult = z.object({
  repositories: z.array(z.object({ id: z.string(), tagCount: count })),
  repositoryCount: count,
  tags: z.array(z.object({ repository: z.string(), name: z.string(), digest: z.string() })),
  tagCount: count,
})
export type SearchResult = z.infer<typeof searchResult>

/** How many of each kind are in the answer by default, and at most. */
export const searchLimits = { default: 8, maximum: 50, queryLength: 300 } as const
