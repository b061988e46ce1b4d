import { Button, Group, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useSession } from '#web/api/session-context.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { HistoryTable } from './history-table.tsx'
import { Panel } from '../panel.tsx'
import { historyQuery } from '../queries.ts'

/** All runs, newest first. */
export function HistoryPanel() {
  const { isAdmin } = useSession()
  const history = useInfiniteQuery(historyQuery)
  const jobs = history.data?.pages.flatMap(({ data }) => data.jobs)
  const total = history.data?.pages[0]?.resourceCount ?? null
  return (
    <Panel title="History">
      {jobs ? (
        jobs.length === 0 ? (
          <EmptyState title="Never run">
            {isAdmin
              ? 'Press Run now for the first collection, or Preview to see what it would free.'
              : 'Each collection will be listed here, with what it has freed.'}
          </EmptyState>
        ) : (
          <>
            <HistoryTable jobs={jobs} />
            <Group justify="space-between" mt="xs">
              <Text size="sm" c="dimmed">
                {total === null || total === jobs.length
                  ? countOf(jobs.length, 'run')
                  : `${jobs.length} of ${countOf(total, 'run')}`}
              </Text>
              {history.hasNextPage && (
                <Button
                  variant="default"
                  size="xs"
                  loading={history.isFetchingNextPage}
                  onClick={() => void history.fetchNextPage()}
                >
                  Show older runs
                </Button>
              )}
            </Group>
          </>
        )
      ) : history.isError ? (
        <ErrorState
          title="The history could not be loaded"
          error={history.error}
          onRetry={() => void history.refetch()}
          isRetrying={history.isFetching}
        />
      ) : (
        <ListSkeleton rows={5} />
      )}
    </Panel>
  )
}
