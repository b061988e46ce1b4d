import type { TagList } from '#contract/images/tags.ts'
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { Page } from '#web/api/request.ts'
import { tagsQuery } from '../list/list-queries.ts'

type TagPages = InfiniteData<Page<TagList>, string | null>

/**
 * Removes rows from every loaded list of a repository's tags, before the server has answered.
 *
 * @returns restores the rows, except for the given tags
 */
export async function removeRows(
  client: QueryClient,
  repository: string,
  tags: ReadonlySet<string>,
): Promise<(stillGone: ReadonlySet<string>) => void> {
  const queryKey = tagsQuery.listKey(repository)
  // An earlier request under way would bring the rows back for a moment.
  await client.cancelQueries({ queryKey })
  const before = client.getQueriesData<TagPages>({ queryKey })
  client.setQueriesData<TagPages>({ queryKey }, (pages) => pages && without(pages, tags))
  return (stillGone) => {
    for (const [key, pages] of before) client.setQueryData(key, pages && without(pages, stillGone))
  }
}

function without(data: TagPages, names: ReadonlySet<string>): TagPages {
  let removedCount = 0
  const pages = data.pages.map((page) => {
    const tags = page.data.tags.filter(({ name }) => !names.has(name))
    removedCount += page.data.tags.length - tags.length
    return { ...page, data: { ...page.data, tags } }
  })
  return {
    ...data,
    pages: pages.map((page) => ({
      ...page,
      resourceCount: page.resourceCount === null ? null : page.resourceCount - removedCount,
    })),
  }
}
