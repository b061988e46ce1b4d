import { Button } from '@mantine/core'
import { IconHistoryOff } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { isApiError } from '#web/api/api-error.ts'
import { paths } from '#web/api/page-paths.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { PageTitle } from '#web/components/layout/page-title.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'

interface LoadedJobProps<Job> {
  readonly query: Pick<UseQueryResult<Job>, 'data' | 'error' | 'isFetching' | 'refetch'>
  /** What the job is: "Run". */
  readonly title: string
  /** The address of the page that lists all of them. */
  readonly allAt?: string
  /** The page of the job, once it is loaded. */
  readonly children: (job: Job) => ReactNode
}

/** The page of a job: before it is loaded, if it cannot be, and if there is none. */
export function LoadedJob<Job>({
  query,
  title,
  allAt = paths.garbageCollection,
  children,
}: LoadedJobProps<Job>) {
  const { data: job, error, isFetching, refetch } = query
  const what = title.toLowerCase()
  if (job !== undefined) return children(job)
  if (isApiError(error, 'NO_SUCH_JOB')) return <NoSuchJob what={what} allAt={allAt} />
  return (
    <>
      <PageTitle title={title} />
      {error ? (
        <ErrorState
          isFramed
          title={`Couldn’t load the ${what}`}
          error={error}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
        />
      ) : (
        <ListSkeleton />
      )}
    </>
  )
}

const NoSuchJob = ({ what, allAt }: { readonly what: string; readonly allAt: string }) => (
  <>
    <PageTitle title={`No such ${what}`} />
    <EmptyState
      isFramed
      title={`There is no such ${what}`}
      icon={<IconHistoryOff size={28} stroke={1.5} />}
      actions={
        <Button component={Link} to={allAt} variant="default">
          See all {what}s
        </Button>
      }
    >
      The address may be wrong, or the {what} so old that it is no longer kept.
    </EmptyState>
  </>
)
