import type { ActivityEntry, ActivityList as ActivityPage } from '#contract/activity.ts'
import { IconHistory } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useSession } from '#web/api/session-context.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import listClasses from '#web/components/table/list-page.module.css'
import { useInfiniteRows } from '#web/components/table/list-rows.ts'
import { ListScaffold } from '#web/components/table/list-scaffold.tsx'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { ActivityTable } from './activity-table.tsx'
import { noFilter } from './activity-view.ts'
import { EntryDialog } from './entry-dialog.tsx'
import { activityQuery, type ActivityFilter } from './queries.ts'

interface ActivityListProps {
  readonly label: string
  readonly filter: ActivityFilter
  /** Only this repository's activity; null: that of all repositories. */
  readonly within: string | null
  readonly isFiltered: boolean
  /** The filter fields. */
  readonly toolbar: ReactNode
  /** What the list will show, said while it is still empty. */
  readonly emptyHint: string
}

const entriesOf = ({ entries }: ActivityPage) => entries

/** The activity, newest first. */
export function ActivityList({
  label,
  filter,
  within,
  isFiltered,
  toolbar,
  emptyHint,
}: ActivityListProps) {
  const { isAdmin } = useSession()
  const [, updateUrl] = useUrlState()
  const list = useInfiniteRows(useInfiniteQuery(activityQuery(filter)), entriesOf)
  const [opened, setOpened] = useState<ActivityEntry | null>(null)
  const count = list.totalCount ?? list.rows.length

  return (
    <>
      <div className={listClasses.toolbar}>
        {toolbar}
        <span role="status" className={listClasses.count}>
          {list.isLoaded && countOf(count, 'entry', 'entries')}
        </span>
      </div>
      <ListScaffold
        list={list}
        failure="Couldn’t load the activity"
        nextFailure="Couldn’t load older entries"
        filter={{ what: 'entry', isOn: isFiltered, onClear: () => updateUrl(noFilter) }}
        empty={
          <EmptyState
            title="Nothing has happened yet"
            icon={<IconHistory size={28} stroke={1.5} />}
          >
            {emptyHint}
          </EmptyState>
        }
      >
        <ActivityTable
          label={label}
          list={list}
          within={within}
          hasAddresses={isAdmin}
          onOpen={setOpened}
        />
      </ListScaffold>
      {opened && <EntryDialog entry={opened} onClose={() => setOpened(null)} />}
    </>
  )
}
