import { sortedNaturally } from '#domain/values/natural-order.ts'
import { paging } from '#contract/paging.ts'
import { apiPaths } from '#contract/paths.ts'
import { repositoryList } from '#contract/repositories.ts'
import { queryOptions } from '@tanstack/react-query'
import { requestPage } from './request.ts'
import { queryKeys } from './query-keys.ts'

/**
 * Repository names to suggest in a text field, sorted by name. The list is cut where it would be
 * too long to read.
 */
export const repositoryNamesQuery = queryOptions({
  queryKey: [...queryKeys.repositories, 'names'],
  staleTime: 60_000,
  queryFn: async ({ signal }): Promise<readonly string[]> => {
    const { data } = await requestPage({
      schema: repositoryList,
      path: apiPaths.repositories,
      query: { pageSize: paging.maximumPageSize, sort: 'name' },
      signal,
    })
    return data.repositories.map(({ id }) => id)
  },
})

/** `team` and `a`, `a/b` of `team/app` and `a/b/c`: every namespace that a repository is in. */
export function namespacesAbove(repositories: readonly string[]): readonly string[] {
  const namespaces = new Set<string>()
  for (const name of repositories) {
    const parts = name.split('/')
    for (let length = 1; length < parts.length; length += 1) {
      namespaces.add(parts.slice(0, length).join('/'))
    }
  }
  return sortedNaturally([...namespaces])
}
