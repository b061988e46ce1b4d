import { useQuery } from '@tanstack/react-query'
import { useState, type ComponentType } from 'react'
import { Navigate, useParams, useSearchParams } from 'react-router'
import { isApiError } from '#web/api/api-error.ts'
import { paths } from '#web/api/page-paths.ts'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import type { ChosenBytes } from '#web/entities/storage/storage-parts.ts'
import { RepositoryStorage } from '#web/entities/storage/lazy-storage.tsx'
import { RepositoryHeading } from './repository-heading.tsx'
import { NoRepository } from './no-repository.tsx'
import { repositoryQuery } from './list/list-queries.ts'
import { readTab } from './repository-tab.ts'
import { RepositoryTabs } from './repository-tabs.tsx'
import type { SelectionImpact } from './list/selection-bar.tsx'
import { TagList } from './list/tag-list.tsx'

const LayerMapView = lazyComponent(
  async () => (await import('./layer-map/layer-map-view.tsx')).LayerMapView,
  () => <ListSkeleton />,
)

const UntaggedView = lazyComponent(
  async () => (await import('./untagged/untagged-view.tsx')).UntaggedView,
  () => <ListSkeleton />,
)

interface TagsPageProps {
  /** The activity of a repository: another feature's, so the router passes it in. */
  readonly Activity: ComponentType<{ repository: string }>
  /** The same for what rules say of it. */
  readonly Cleaning: ComponentType<{ repository: string; canEdit: boolean }>
}

/**
 * `/repositories/team/app`: a name has any number of parts, so the whole rest of the address is the
 * name.
 */
export function TagsPage({ Activity, Cleaning }: TagsPageProps) {
  const { '*': name = '' } = useParams()
  const tab = readTab(useSearchParams()[0])
  /** Of the selected tags. */
  const [impact, setImpact] = useState<SelectionImpact | null>(null)
  const { data: repository, error, isFetching, refetch } = useQuery(repositoryQuery(name))
  if (repository === null) return <Navigate to={paths.namespace(name)} replace />
  if (repository === undefined && error) {
    if (isApiError(error, 'NO_SUCH_REPOSITORY') || isApiError(error, 'INVALID_PARAMETERS')) {
      return <NoRepository name={name} />
    }
    return (
      <>
        <RepositoryHeading name={name} repository={undefined} />
        <ErrorState
          title={`Couldn’t load ${name}`}
          error={error}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
        />
      </>
    )
  }
  return (
    <>
      <RepositoryHeading name={name} repository={repository} />
      <RepositoryStorage repository={repository} chosen={impact && chosenBytes(impact)} />
      <RepositoryTabs name={name} current={tab} />
      {tab === 'activity' ? (
        <Activity key={name} repository={name} />
      ) : tab === 'cleaning' ? (
        <Cleaning key={name} repository={name} canEdit={repository?.accessLevel === 'admin'} />
      ) : tab === 'layer-map' ? (
        <LayerMapView key={name} name={name} repository={repository} />
      ) : tab === 'untagged' ? (
        <UntaggedView key={name} name={name} repository={repository} />
      ) : (
        <TagList key={name} name={name} repository={repository} onImpact={setImpact} />
      )}
    </>
  )
}

const chosenBytes = ({ impact, isCurrent }: SelectionImpact): ChosenBytes => ({
  label: 'selected',
  oneImage: impact.bytesFreedOfOne,
  shared: impact.bytesFreed - impact.bytesFreedOfOne,
  isCurrent,
})
