import type { JobList } from '#contract/jobs/collection-jobs.ts'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useSession } from '#web/api/session-context.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { useInfiniteRows } from '#web/components/table/list-rows.ts'
import { ListScaffold } from '#web/components/table/list-scaffold.tsx'
import { HistoryTable } from './history-table.tsx'
import { JobsShown } from '#web/components/table/jobs-shown.tsx'
import { Panel } from '#web/components/layout/panel.tsx'
import { historyQuery } from '../queries.ts'

const jobsOf = ({ jobs }: JobList) => jobs

/** All runs, newest first. */
export function HistoryPanel() {
  const { isAdmin } = useSession()
  const list = useInfiniteRows(useInfiniteQuery(historyQuery), jobsOf)
  return (
    <Panel title="History">
      <ListScaffold
        list={list}
        failure="Couldn’t load the history"
        nextFailure="Couldn’t load older runs"
        empty={
          <EmptyState title="Not run yet">
            {isAdmin
              ? 'Press Run now for the first collection, or Preview to see what it would free.'
              : 'Each collection will be listed here, with what it has freed.'}
          </EmptyState>
        }
        isFramed={false}
        skeleton={{ rows: 5 }}
      >
        <HistoryTable jobs={list.rows} />
        <JobsShown list={list} what="run" />
      </ListScaffold>
    </Panel>
  )
}
