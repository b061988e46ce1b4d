import type { AccountList } from '#contract/accounts/accounts.ts'
import { Button } from '@mantine/core'
import { IconLock, IconUserPlus, IconUsers } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { useSession } from '#web/api/session-context.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { FilterField } from '#web/components/table/filter-field.tsx'
import listClasses from '#web/components/table/list-page.module.css'
import { useInfiniteRows } from '#web/components/table/list-rows.ts'
import { ListScaffold } from '#web/components/table/list-scaffold.tsx'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { PageTitle } from '#web/components/layout/page-title.tsx'
import { usePreload } from '#web/components/layout/use-preload.ts'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { AccountDrawer } from './account-drawer.tsx'
import { AnonymousAccess } from './access/anonymous-access.tsx'
import { PeopleTable } from './people-table.tsx'
import { accountsQuery } from './queries.ts'

// Loaded after the list: a form is a large part of the page.
const NewAccountDialog = lazyComponent(
  async () => (await import('./new-account-dialog.tsx')).NewAccountDialog,
)

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

const accountsOf = ({ accounts }: AccountList) => accounts

function People() {
  const [parameters, updateUrl] = useUrlState()
  const filter = parameters.get('filter') ?? ''
  const list = useInfiniteRows(useInfiniteQuery(accountsQuery(filter)), accountsOf)
  const [isCreating, setCreating] = useState(false)
  usePreload(NewAccountDialog.load, list.isLoaded)
  const count = list.totalCount ?? list.rows.length

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
      <ListScaffold
        list={list}
        failure="Couldn’t load the accounts"
        nextFailure="Couldn’t load the next accounts"
        // There is always the account of the person who looks.
        filter={{ what: 'account', isOn: true, onClear: () => updateUrl({ filter: null }) }}
        empty={null}
        toolbar={
          <div className={listClasses.toolbar}>
            <FilterField
              label="Filter by name"
              className={listClasses.filter}
              value={filter}
              onChange={(value) => updateUrl({ filter: value })}
            />
            <span role="status" className={listClasses.count}>
              {list.isLoaded && countOf(count, 'account')}
            </span>
          </div>
        }
        footer={
          <>
            <AnonymousAccess />
            {list.isLoaded && filter === '' && count === 1 && (
              <EmptyState
                title="Only you can sign in so far"
                icon={<IconUsers size={28} stroke={1.5} />}
              >
                Give each person who pushes or deletes their own account: the activity then says who
                did what.
              </EmptyState>
            )}
          </>
        }
      >
        <PeopleTable list={list} onOpen={(account) => updateUrl({ account }, { isStep: true })} />
      </ListScaffold>
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
      <AccountDrawer />
    </>
  )
}
