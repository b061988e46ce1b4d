import type { TrashList } from '#contract/images/trash.ts'
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { Page } from '#web/api/request.ts'
import { trashListKey } from './queries.ts'

type TrashPages = InfiniteData<Page<TrashList>, string | null>

/**
 * Removes an entry from every loaded list before the server has answered.
 *
 * @returns restores the lists
 */
export async function removeEntry(client: QueryClient, id: string): Promise<() => void> {
  await client.cancelQueries({ queryKey: trashListKey })
  const before = client.getQueriesData<TrashPages>({ queryKey: trashListKey })
  client.setQueriesData<TrashPages>({ queryKey: trashListKey }, (data) => data && without(data, id))
  return () => {
    for (const [key, data] of before) client.setQueryData(key, data)
  }
}

const without = (data: TrashPages, id: string): TrashPages => ({
  ...data,
  pages: data.pages.map((page) => ({
    ...page,
    data: { entries: page.data.entries.filter((entry) => entry.id !== id) },
    resourceCount: page.resourceCount === null ? null : page.resourceCount - 1,
  })),
})
