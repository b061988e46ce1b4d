import type { QueryClient } from '@tanstack/react-query'
import { repositoryQuery, tagsQuery } from './list/list-queries.ts'
import { readTab } from './repository-tab.ts'
import { readView } from './list/tags-view.ts'

/** Fetches what the page of a repository shows first, before that page's code has loaded. */
export function askForRepository(
  client: QueryClient,
  name: string,
  parameters: URLSearchParams,
): void {
  void client.prefetchQuery(repositoryQuery(name))
  if (readTab(parameters) !== 'tags') return
  void client.prefetchInfiniteQuery(tagsQuery(name, readView(parameters)))
}
