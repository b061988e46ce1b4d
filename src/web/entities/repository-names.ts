import { sortedNaturally } from '#domain/values/natural-order.ts'
import { listRepositories } from '#contract/endpoints/repositories.ts'
import { paging } from '#contract/paging.ts'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { requestPage } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

const none: readonly string[] = []

/**
 * Repository names to suggest in a text field, sorted by name. The list is cut where it would be
 * too long to read.
 */
const repositoryNamesQuery = queryOptions({
  queryKey: [...queryKeys.repositories, listRepositories.name, 'names'],
  staleTime: 60_000,
  queryFn: async ({ signal }): Promise<readonly string[]> => {
    const { data } = await requestPage(listRepositories, {
      query: { pageSize: paging.maximumPageSize, sort: 'name' },
      signal,
    })
    return data.repositories.map(({ id }) => id)
  },
})

/** `team` and `a`, `a/b` of `team/app` and `a/b/c`: every namespace that a repository is in. */
function namespacesAbove(repositories: readonly string[]): readonly string[] {
  const namespaces = new Set<string>()
  for (const name of repositories) {
    const parts = name.split('/')
    for (let length = 1; length < parts.length; length += 1) {
      namespaces.add(parts.slice(0, length).join('/'))
    }
  }
  return sortedNaturally([...namespaces])
}

/**
 * What to suggest where a person names a namespace or a repository: the namespaces first.
 *
 * @param afterNamespace what is written after a namespace
 */
export function useScopeSuggestions(afterNamespace: '' | '/' = ''): readonly string[] {
  const { data: names = none } = useQuery(repositoryNamesQuery)
  return useMemo(
    () => [...namespacesAbove(names).map((namespace) => namespace + afterNamespace), ...names],
    [names, afterNamespace],
  )
}
