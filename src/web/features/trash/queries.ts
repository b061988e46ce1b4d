import { apiPaths } from '#contract/paths.ts'
import { trashList } from '#contract/trash.ts'
import { queryOptions } from '@tanstack/react-query'
import { requestPage } from '../../http/request.ts'
import { queryKeys } from '../../query-keys.ts'

/** How many images are in the trash, over all pages. */
export const trashCountQuery = queryOptions({
  queryKey: [...queryKeys.trash, 'count'],
  queryFn: async ({ signal }) => {
    const page = await requestPage({
      schema: trashList,
      path: apiPaths.trash,
      query: { pageSize: 1, count: true },
      signal,
    })
    return page.resourceCount ?? page.data.entries.length
  },
})
