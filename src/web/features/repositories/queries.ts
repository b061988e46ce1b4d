import { listRepositories } from '#contract/endpoints/repositories.ts'
import { paging } from '#contract/paging.ts'
import type { Repository, RepositoryList } from '#contract/images/repositories.ts'
import { queryOptions } from '@tanstack/react-query'
import { requestPage, type Page } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { reclaimableRefetchInterval } from '#web/api/reclaimable-refetch-interval.ts'

/**
 * Every repository that the person may see. All of them at once, because they are few compared with
 * tags: so filter, namespaces and every order need no further request.
 */
export const repositoriesQuery = queryOptions({
  queryKey: [...queryKeys.repositories, listRepositories.name, 'all'],
  queryFn: async ({ signal }): Promise<Repository[]> => {
    const repositories: Repository[] = []
    let pageStart: string | null = null
    do {
      const page: Page<RepositoryList> = await requestPage(listRepositories, {
        query: { pageSize: paging.maximumPageSize, pageStart },
        signal,
      })
      repositories.push(...page.data.repositories)
      pageStart = page.nextPageStart
    } while (pageStart !== null)
    return repositories
  },
  refetchInterval: ({ state }) => reclaimableRefetchInterval(state.data ?? []),
})
