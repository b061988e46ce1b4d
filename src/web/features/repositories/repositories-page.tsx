import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { countOf } from '#web/components/text/count-of.ts'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { FilterField } from '#web/components/table/filter-field.tsx'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import listClasses from '#web/components/table/list-page.module.css'
import { NoMatch } from '#web/components/table/no-match.tsx'
import { PageTitle } from '#web/components/layout/page-title.tsx'
import { formatSort } from '#web/components/table/sort.ts'
import { usePreload } from '#web/components/layout/use-preload.ts'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { repositoriesQuery } from './queries.ts'
import { RepositoriesTable } from './repositories-table.tsx'
import { namespacesOf, noNamespace, readView, selectRepositories } from './repository-view.ts'

// Shown only until the first push, so the page does not load it otherwise.
const NoRepositories = lazyComponent(
  async () => (await import('./no-repositories.tsx')).NoRepositories,
  () => <ListSkeleton />,
)

interface RepositoriesPageProps {
  /** Loads the code of the repository's page, which another feature holds. */
  readonly loadRepositoryPage: () => Promise<unknown>
}

export function RepositoriesPage({ loadRepositoryPage }: RepositoriesPageProps) {
  const [parameters, updateUrl] = useUrlState()
  const { data: all, error, isFetching, refetch } = useQuery(repositoriesQuery)
  const view = useMemo(() => readView(parameters), [parameters])
  const shown = useMemo(() => selectRepositories(all ?? [], view), [all, view])
  const namespaces = useMemo(() => namespacesOf(all ?? []), [all])
  usePreload(loadRepositoryPage, all !== undefined && all.length > 0)
  const isFiltered = view.filter !== '' || view.namespace !== null

  return (
    <>
      <PageTitle title="Repositories" />
      {all === undefined && error ? (
        <ErrorState
          title="The repositories could not be loaded"
          error={error}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
        />
      ) : all === undefined ? (
        <div className={listClasses.surface}>
          <ListSkeleton />
        </div>
      ) : all.length === 0 ? (
        <NoRepositories />
      ) : (
        <>
          <div className={listClasses.toolbar}>
            <FilterField
              label="Filter repositories"
              className={listClasses.filter}
              value={view.filter}
              onChange={(filter) => updateUrl({ filter })}
            />
            <NativeSelect
              aria-label="Namespace"
              className={listClasses.select}
              data={[
                { value: '', label: 'All namespaces' },
                ...namespaces.map((name) => ({
                  value: name || noNamespace,
                  label: name || '(no namespace)',
                })),
              ]}
              value={view.namespace === null ? '' : view.namespace || noNamespace}
              onChange={({ currentTarget: { value } }) => updateUrl({ namespace: value })}
            />
            <span role="status" className={listClasses.count}>
              {isFiltered
                ? `${shown.length} of ${countOf(all.length, 'repository', 'repositories')}`
                : countOf(all.length, 'repository', 'repositories')}
            </span>
          </div>
          {shown.length === 0 ? (
            <div className={listClasses.surface}>
              <NoMatch
                what="repository"
                onClear={() => updateUrl({ filter: null, namespace: null })}
              />
            </div>
          ) : (
            <RepositoriesTable
              repositories={shown}
              sort={view.sort}
              onSort={(sort) => updateUrl({ sort: formatSort(sort) })}
            />
          )}
        </>
      )}
    </>
  )
}
