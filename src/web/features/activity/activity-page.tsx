import { parseRepositoryName } from '#domain/values/repository-name.ts'
import { useMemo } from 'react'
import { useSession } from '#web/api/session-context.ts'
import { PageTitle } from '#web/components/layout/page-title.tsx'
import { SuggestField } from '#web/components/form/suggest-field.tsx'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { useScopeSuggestions } from '#web/entities/repository-names.ts'
import { activityGroups, isGroup } from './activity-groups.ts'
import { ActivityList } from './activity-list.tsx'
import { filterOf, isFiltered, readView } from './activity-view.ts'
import fieldClasses from './filter-fields.module.css'
import { KindField, PersonField, TimeField } from './filter-fields.tsx'

const groups = Object.keys(activityGroups).filter(isGroup)

export function ActivityPage() {
  const { isAdmin } = useSession()
  const [parameters, updateUrl] = useUrlState()
  const view = useMemo(() => readView(parameters), [parameters])
  const suggestions = useScopeSuggestions('/')
  // The server would refuse an incomplete name: the list stays as it is until the name is valid.
  const isName = parseRepositoryName(view.repository.replace(/\/$/, '')).ok
  const isWrong = view.repository !== '' && !isName
  const asked = isWrong ? { ...view, repository: '' } : view
  return (
    <>
      <PageTitle
        title="Activity"
        description={
          isAdmin
            ? 'Who did what, and when.'
            : 'Who did what, and when: in the repositories that you may see, and with your account.'
        }
      />
      <ActivityList
        label="Activity"
        filter={filterOf(asked)}
        within={null}
        isFiltered={isFiltered(view)}
        emptyHint="Deletions, restores, pushes, collections and changes of settings will be listed here."
        toolbar={
          <>
            <PersonField view={view} onChange={updateUrl} />
            <KindField view={view} onChange={updateUrl} groups={groups} />
            <SuggestField
              label="Repository"
              placeholder="team/app or team/"
              className={fieldClasses.field}
              value={view.repository}
              suggestions={suggestions}
              error={isWrong ? 'This is no repository’s name' : null}
              onChange={(repository) => updateUrl({ repository })}
            />
            <TimeField view={view} onChange={updateUrl} />
          </>
        }
      />
    </>
  )
}
