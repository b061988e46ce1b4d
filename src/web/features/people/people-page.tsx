import { Button } from '@mantine/core'
import { IconLock, IconUserPlus, IconUsers } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { Link } from 'react-router'
import { paths } from '#web/api/paths.ts'
import { useSession } from '#web/api/session-context.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { FilterField } from '#web/components/table/filter-field.tsx'
import listClasses from '#web/components/table/list-page.module.css'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { NoMatch } from '#web/components/table/no-match.tsx'
import { PageTitle } from '#web/components/layout/page-title.tsx'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { AccountDrawer } from './account-drawer.tsx'
import { AnonymousAccess } from './access/anonymous-access.tsx'
import { NewAccountDialog } from './new-account-dialog.tsx'
import { PeopleTable } from './people-table.tsx'
import { accountsQuery } from './queries.ts'

/** Settings › People, for administrators only. */
export function PeoplePage() {
  const { isAdmin } = useSession()
  if (isAdmin) return <People />
  return (
    <>
      <PageTitle title="People" />
      <div className={listClasses.surface}>
        <EmptyState
          title="Only administrators manage people"
          icon={<IconLock size={28} stroke={1.5} />}
          actions={
            <Button component={Link} to={paths.repositories} variant="default">
              Go to the repositories
            </Button>
          }
        >
          What you may do yourself stands beside each repository. Ask an administrator for more, or
          change your password in the menu at your name.
        </EmptyState>
      </div>
    </>
  )
}

function People() {
  const [parameters, updateUrl] = useUrlState()
  const filter = parameters.get('filter') ?? ''
  const openName = parameters.get('account')
  const list = useInfiniteQuery(accountsQuery(filter))
  const accounts = useMemo(
    () => list.data?.pages.flatMap((page) => page.data.accounts) ?? [],
    [list.data],
  )
  const [isCreating, setCreating] = useState(false)
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
  const count = list.data?.pages[0]?.resourceCount ?? accounts.length

  return (
    <>
      <PageTitle
        title="People"
        description="Who can sign in, and what they may do."
        actions={
          <Button
            leftSection={<IconUserPlus size={16} aria-hidden />}
            onClick={() => setCreating(true)}
          >
            New account
          </Button>
        }
      />
      {list.data === undefined && list.error ? (
        <ErrorState
          title="The accounts could not be loaded"
          error={list.error}
          onRetry={() => void list.refetch()}
          isRetrying={list.isFetching}
        />
      ) : (
        <>
          <div className={listClasses.toolbar}>
            <FilterField
              label="Filter by name"
              className={listClasses.filter}
              value={filter}
              onChange={(value) => updateUrl({ filter: value })}
            />
            <span role="status" className={listClasses.count}>
              {list.data && countOf(count, 'account')}
            </span>
          </div>
          {list.data === undefined ? (
            <div className={listClasses.surface}>
              <ListSkeleton />
            </div>
          ) : accounts.length === 0 ? (
            <div className={listClasses.surface}>
              <NoMatch what="account" onClear={() => updateUrl({ filter: null })} />
            </div>
          ) : (
            <PeopleTable
              accounts={accounts}
              totalCount={count}
              onOpen={(account) => updateUrl({ account }, { isStep: true })}
              onEndReached={loadMore}
            />
          )}
          <AnonymousAccess />
          {list.data !== undefined && filter === '' && count === 1 && (
            <EmptyState
              title="Nobody else can sign in yet"
              icon={<IconUsers size={28} stroke={1.5} />}
            >
              Give everybody who pushes or deletes an account of their own: the activity then says
              who did what.
            </EmptyState>
          )}
        </>
      )}
      {isFetchNextPageError && (
        <ErrorState
          title="The next accounts could not be loaded"
          error={list.error}
          onRetry={() => void fetchNextPage()}
          isRetrying={isFetchingNextPage}
        />
      )}
      {isCreating && (
        <NewAccountDialog
          onClose={() => setCreating(false)}
          onCreated={({ name, isAdmin }) => {
            setCreating(false)
            // An account that is no administrator has no access yet, so its details open next.
            if (!isAdmin) updateUrl({ account: name }, { isStep: true })
          }}
        />
      )}
      <AccountDrawer name={openName} onClose={() => updateUrl({ account: null })} />
    </>
  )
}
