import type { InfiniteData, UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import type { Page } from '#web/api/request.ts'

/** A list as it is loaded page by page. */
export interface ListRows<Row> {
  /** The rows of all loaded pages. */
  readonly rows: readonly Row[]
  /** The number of all rows, loaded or not; null while it is unknown. */
  readonly totalCount: number | null
  /** How many rows of the list are before the first of these: it does not start at its beginning. */
  readonly firstIndex: number
  readonly isLoaded: boolean
  /** There is nothing to show: not even the first page could be loaded. */
  readonly hasFailed: boolean
  /** The last failure, of the first page or of a further one. */
  readonly error: Error | null
  readonly isRetrying: boolean
  readonly retry: () => void
  /** Null: there is no further page. */
  readonly next: NextPage | null
  /** For the rows: call it when the last one becomes visible. Does nothing after a failure. */
  readonly onEndReached: () => void
}

interface NextPage {
  readonly isLoading: boolean
  readonly hasFailed: boolean
  readonly load: () => void
}

/**
 * The rows of an infinite query.
 *
 * @param rowsOf the same function at each call
 */
export function useInfiniteRows<Data, Row>(
  query: UseInfiniteQueryResult<InfiniteData<Page<Data>>>,
  rowsOf: (data: Data) => readonly Row[],
): ListRows<Row> {
  const { data, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query
  const rows = useMemo(() => data?.pages.flatMap((page) => rowsOf(page.data)) ?? [], [data, rowsOf])
  const onEndReached = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
  return {
    rows,
    totalCount: data?.pages[0]?.resourceCount ?? null,
    firstIndex: data?.pages[0]?.resourceIndex ?? 0,
    isLoaded: data !== undefined,
    hasFailed: data === undefined && query.error !== null,
    error: query.error,
    isRetrying: query.isFetching,
    retry: () => void query.refetch(),
    next: hasNextPage
      ? {
          isLoading: isFetchingNextPage,
          hasFailed: isFetchNextPageError,
          load: () => void fetchNextPage(),
        }
      : null,
    onEndReached,
  }
}

/** The rows of a list that is fetched as a whole: `rows` are those that its filter leaves. */
export const wholeList = <Row>(
  query: Pick<UseQueryResult, 'data' | 'error' | 'isFetching' | 'refetch'>,
  rows: readonly Row[],
): ListRows<Row> => ({
  rows,
  totalCount: rows.length,
  firstIndex: 0,
  isLoaded: query.data !== undefined,
  hasFailed: query.data === undefined && query.error !== null,
  error: query.error,
  isRetrying: query.isFetching,
  retry: () => void query.refetch(),
  next: null,
  onEndReached: () => undefined,
})
