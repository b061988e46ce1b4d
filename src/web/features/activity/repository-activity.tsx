import { useMemo } from 'react'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { repositoryGroups } from './activity-groups.ts'
import { ActivityList } from './activity-list.tsx'
import { filterOf, isFiltered, readView } from './activity-view.ts'
import { KindField, PersonField, TimeField } from './filter-fields.tsx'

/** The activity of one repository: a view of its page. */
export function RepositoryActivity({ repository }: { repository: string }) {
  const [parameters, updateUrl] = useUrlState()
  const view = useMemo(() => ({ ...readView(parameters), repository: '' }), [parameters])
  return (
    <ActivityList
      label={`Activity of ${repository}`}
      filter={filterOf({ ...view, repository })}
      within={repository}
      isFiltered={isFiltered(view)}
      emptyHint="Pushes, deletions and restores of its images will be listed here."
      toolbar={
        <>
          <PersonField view={view} onChange={updateUrl} />
          <KindField view={view} onChange={updateUrl} groups={repositoryGroups} />
          <TimeField view={view} onChange={updateUrl} />
        </>
      }
    />
  )
}
