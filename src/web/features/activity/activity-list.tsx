import type { ActivityEntry } from '#contract/activity.ts'
import { IconHistory } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState, type ReactNode } from 'react'
import { useSession } from '#web/api/session-context.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import listClasses from '#web/components/table/list-page.module.css'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { NoMatch } from '#web/components/table/no-match.tsx'
import { ActivityTable } from './activity-table.tsx'
import { EntryDialog } from './entry-dialog.tsx'
import { activityQuery, type ActivityFilter } from './queries.ts'

interface ActivityListProps {
  readonly label: string
  readonly filter: ActivityFilter
  /** Only this repository's activity; null: that of all repositories. */
  readonly within: string | null
  readonly isFiltered: boolean
  readonly onClearFilter: () => void
  /** The filter fields. */
  readonly toolbar: ReactNode
  /** What the list will show, said while it is still empty. */
  readonly emptyHint: string
}

/** The activity, newest first, with every state of a list. */
export function ActivityList({
  label,
  filter,
  within,
  isFiltered,
  onClearFilter,
  toolbar,
  emptyHint,
}: ActivityListProps) {
  const { isAdmin } = useSession()
  const list = useInfiniteQuery(activityQuery(filter))
  const entries = useMemo(
    () => list.data?.pages.flatMap((page) => page.data.entries) ?? [],
    [list.data],
  )
  const [opened, setOpened] = useState<ActivityEntry | null>(null)
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
  const count = list.data?.pages[0]?.resourceCount ?? entries.length

  return (
    <>
      <div className={listClasses.toolbar}>
        {toolbar}
        <span role="status" className={listClasses.count}>
          {list.data && countOf(count, 'entry', 'entries')}
        </span>
      </div>
      {list.data === undefined && list.error ? (
        <ErrorState
          title="The activity could not be loaded"
          error={list.error}
          onRetry={() => void list.refetch()}
          isRetrying={list.isFetching}
        />
      ) : list.data === undefined ? (
        <div className={listClasses.surface}>
          <ListSkeleton />
        </div>
      ) : entries.length === 0 ? (
        <div className={listClasses.surface}>
          {isFiltered ? (
            <NoMatch what="entry" onClear={onClearFilter} />
          ) : (
            <EmptyState
              title="Nothing has happened yet"
              icon={<IconHistory size={28} stroke={1.5} />}
            >
              {emptyHint}
            </EmptyState>
          )}
        </div>
      ) : (
        <ActivityTable
          label={label}
          entries={entries}
          totalCount={count}
          within={within}
          hasAddresses={isAdmin}
          onOpen={setOpened}
          onEndReached={loadMore}
        />
      )}
      {isFetchNextPageError && (
        <ErrorState
          title="Older entries could not be loaded"
          error={list.error}
          onRetry={() => void fetchNextPage()}
          isRetrying={isFetchingNextPage}
        />
      )}
      {opened && <EntryDialog entry={opened} onClose={() => setOpened(null)} />}
    </>
  )
}
