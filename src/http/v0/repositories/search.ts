import { searchCalls } from '#contract/endpoints/search.ts'
import { searchLimits, type SearchResult } from '#contract/images/search.ts'
import type {
  RepositoryQueries,
  RepositorySummary,
  TagSummary,
} from '#registry/queries/repository-queries.ts'
import type { Pause } from '#domain/time/clock.ts'
import type { ApiServices } from '../../services.ts'
import { readQuery } from '../read-query.ts'
import type { Handlers } from '../mount-calls.ts'
import { createSearchTerms, type SearchTerms } from './search-terms.ts'
import { viewerOf } from '../accounts/viewer.ts'

/**
 * Finds repositories and tags by parts of their names, among everything that the person may see.
 */
export const searchHandlers = (services: ApiServices) =>
  ({
    search: async (context) => {
      const viewer = viewerOf(context)
      const { query, limit = searchLimits.default } = readQuery(context, searchCalls.search.query)
      const { queries } = services.registry
      const visible = (await queries.repositories()).filter(({ name }) => viewer.sees(name))
      const terms = createSearchTerms(query)
      const repositories = createBest<RepositorySummary>(limit)
      for (const repository of visible) {
        repositories.add(repository, terms.repositoryRank(repository.name))
      }
      const tags = await findTags({ queries, visible, terms, limit, pause: services.pause })
      return context.json({
        repositories: repositories.items().map(({ name, tagCount }) => ({ id: name, tagCount })),
        repositoryCount: repositories.count(),
        tags: tags.items(),
        tagCount: tags.count(),
      } satisfies SearchResult)
    },
  }) satisfies Partial<Handlers<typeof searchCalls>>

interface TagSearch {
  readonly queries: RepositoryQueries
  readonly visible: readonly RepositorySummary[]
  readonly terms: SearchTerms
  readonly limit: number
  readonly pause: Pause
}

/** Names searched before yielding: less than 10 ms. */
const namesAtOnce = 20_000

async function findTags({ queries, visible, terms, limit, pause }: TagSearch) {
  const best = createBest<SearchResult['tags'][number]>(limit)
  let looked = 0
  for (const { name: repository } of visible) {
    const rankOf = terms.tagRank(repository)
    const tags: readonly TagSummary[] =
      rankOf === null ? [] : ((await queries.tags(repository)) ?? [])
    for (const { name, digest } of tags) {
      if (rankOf && digest) best.add({ repository, name, digest }, rankOf(name, digest))
      looked += 1
      if (looked % namesAtOnce === 0) await pause()
    }
  }
  return best
}

/** Keeps the few results of the best (lowest) rank in their order, and counts all that have one. */
function createBest<T>(limit: number) {
  const ranks: T[][] = []
  let count = 0
  return {
    add(item: T, rank: number | null): void {
      if (rank === null) return
      count += 1
      const sameRank = (ranks[rank] ??= [])
      if (sameRank.length < limit) sameRank.push(item)
    },
    items: (): T[] => ranks.flat().slice(0, limit),
    count: () => count,
  }
}
