import { listTrash } from '#contract/endpoints/trash.ts'
import { paging } from '#contract/paging.ts'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, type ComponentType } from 'react'
import { queryKeys } from '#web/api/query-keys.ts'
import { requestPage } from '#web/api/request.ts'

/** Whether any of what was deleted can still come back. Asked again after each change of the trash. */
const stillInTrashQuery = (repository: string, ids: readonly (string | null)[]) =>
  queryOptions({
    queryKey: [...queryKeys.trash, listTrash.name, 'undo', repository, ...ids],
    queryFn: async ({ signal }) => {
      const query = { repository, pageSize: paging.defaultPageSize }
      const { data, nextPageStart } = await requestPage(listTrash, { query, signal })
      const there = new Set(data.entries.filter(({ restorable }) => restorable).map(({ id }) => id))
      // A later page may have it.
      return nextPageStart !== null || ids.some((id) => id === null || there.has(id))
    },
    initialData: true,
    staleTime: Infinity,
  })

/**
 * For the toast that offers Undo: withdraws it once a collection has taken what was deleted, or
 * another person has restored it or given it up.
 *
 * @param ids the entries of the trash; null for what has none
 */
export function whilePossible(
  repository: string,
  ids: readonly (string | null)[],
): ComponentType<{ readonly withdraw: () => void }> {
  const query = stillInTrashQuery(repository, ids)
  return function WhilePossible({ withdraw }) {
    const { data: isPossible } = useQuery(query)
    useEffect(() => {
      if (!isPossible) withdraw()
      // Another function at each render of the toast.
      // oxlint-disable-next-line react/exhaustive-deps
    }, [isPossible])
    return null
  }
}
