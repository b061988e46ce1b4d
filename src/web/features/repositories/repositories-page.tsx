import type { Repository } from '#contract/images/repositories.ts'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Link } from 'react-router'
import { SelectField } from '#web/components/form/select-field.tsx'
import { paths } from '#web/api/page-paths.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { FilterField } from '#web/components/table/filter-field.tsx'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import listClasses from '#web/components/table/list-page.module.css'
import { wholeList } from '#web/components/table/list-rows.ts'
import { ListScaffold } from '#web/components/table/list-scaffold.tsx'
import { PageTitle } from '#web/components/layout/page-title.tsx'
import { formatSort } from '#web/components/table/sort.ts'
import { usePreload } from '#web/components/layout/use-preload.ts'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { RegistryStorage } from '#web/entities/storage/lazy-storage.tsx'
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

const none: readonly Repository[] = []

export function RepositoriesPage({ loadRepositoryPage }: RepositoriesPageProps) {
  const [parameters, updateUrl] = useUrlState()
  const query = useQuery(repositoriesQuery)
  const { data: all = none } = query
  const view = useMemo(() => readView(parameters), [parameters])
  const shown = useMemo(() => selectRepositories(all, view), [all, view])
  const namespaces = useMemo(() => namespacesOf(all), [all])
  usePreload(loadRepositoryPage, all.length > 0)
  const list = wholeList(query, shown)
  const isFiltered = view.filter !== '' || view.namespace !== null

  return (
    <>
      <PageTitle
        title="Repositories"
        actions={
          all.length > 0 && (
            <Button component={Link} to={paths.largestImages} variant="default">
              What takes the space
            </Button>
          )
        }
      />
      {(query.isPending || all.length > 0) && <RegistryStorage />}
      <ListScaffold
        list={list}
        failure="Couldn’t load the repositories"
        filter={{
          what: 'repository',
          isOn: all.length > 0,
          onClear: () => updateUrl({ filter: null, namespace: null }),
        }}
        empty={<NoRepositories />}
        toolbar={
          all.length === 0 ? null : (
            <div className={listClasses.toolbar}>
              <FilterField
                label="Filter repositories"
                className={listClasses.filter}
                value={view.filter}
                onChange={(filter) => updateUrl({ filter })}
              />
              <SelectField
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
                onChange={(namespace) => updateUrl({ namespace })}
              />
              <span role="status" className={listClasses.count}>
                {isFiltered
                  ? `${shown.length} of ${countOf(all.length, 'repository', 'repositories')}`
                  : countOf(all.length, 'repository', 'repositories')}
              </span>
            </div>
          )
        }
      >
        <RepositoriesTable
          list={list}
          sort={view.sort}
          onSort={(sort) => updateUrl({ sort: formatSort(sort) })}
        />
      </ListScaffold>
    </>
  )
}
