import { useInfiniteQuery } from '@tanstack/react-query'
import { ErrorState } from '../../ui/error-state.tsx'
import { ListSkeleton } from '../../ui/list-skeleton.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { activityQuery } from './queries.ts'

/** What was done in one repository: a view of its page. */
export function RepositoryActivity({ repository }: { repository: string }) {
  const list = useInfiniteQuery(
    activityQuery({ person: null, kinds: [], repository, from: null, to: null }),
  )
  if (list.data === undefined && list.error) {
    return (
      <ErrorState
        title="The activity could not be loaded"
        error={list.error}
        onRetry={() => void list.refetch()}
        isRetrying={list.isFetching}
      />
    )
  }
  if (list.data === undefined) return <ListSkeleton />
  return (
    <ul>
      {list.data.pages
        .flatMap((page) => page.data.entries)
        .map(({ id, at, kind, actor, subject }) => (
          <li key={id}>
            <RelativeTime at={at} /> {actor} {kind} {subject}
          </li>
        ))}
    </ul>
  )
}
