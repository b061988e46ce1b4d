import type { WireAccount } from '#contract/accounts/accounts.ts'
import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { isApiError } from '#web/api/api-error.ts'
import { paths } from '#web/api/page-paths.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { SideDrawer } from '#web/components/layout/side-drawer.tsx'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { useFocusFallback } from '#web/components/layout/use-focus-fallback.ts'
import { AccessEditor } from './access/access-editor.tsx'
import { AccountDeletion } from './account-deletion.tsx'
import { AccountSwitches } from './account-switches.tsx'
import { AccountTokens } from './account-tokens.tsx'
import { PasswordReset } from './password-reset.tsx'
import classes from './people.module.css'
import { accountQuery } from './queries.ts'

/** The account that the address names, with everything that an administrator can do about it. */
export function AccountDrawer() {
  const [parameters, updateUrl] = useUrlState()
  return (
    <SideDrawer
      subject={parameters.get('account')}
      title={(shown) => shown}
      closeLabel="Close"
      size="min(36rem, 100vw)"
      onClose={() => updateUrl({ account: null })}
    >
      {(shown) => <DrawerContents key={shown} name={shown} />}
    </SideDrawer>
  )
}

function DrawerContents({ name }: { readonly name: string }) {
  // Not from the list, which may be filtered or not have loaded this account.
  const { data: account, error, isFetching, refetch } = useQuery(accountQuery(name))
  useFocusFallback()
  if (isApiError(error, 'NO_SUCH_ACCOUNT')) {
    return (
      <EmptyState title={`There is no account ${name}`}>
        It may be misspelled, or have been deleted.
      </EmptyState>
    )
  }
  if (account) return <Sections account={account} />
  if (error) {
    return (
      <ErrorState
        title="Couldn’t load the account"
        error={error}
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      />
    )
  }
  return <ListSkeleton rows={6} />
}

function Sections({ account }: { readonly account: WireAccount }) {
  const { name, createdAt, lastSignedInAt } = account
  return (
    <div className={classes.sections}>
      <p className={classes.text}>
        Created <RelativeTime at={createdAt} /> ·{' '}
        {lastSignedInAt ? (
          <>
            last signed in <RelativeTime at={lastSignedInAt} />
          </>
        ) : (
          'has not signed in yet'
        )}{' '}
        ·{' '}
        <Anchor component={Link} underline="always" to={paths.activityOf(name)}>
          Activity
        </Anchor>
      </p>
      <AccessEditor account={account} />
      <AccountTokens name={name} />
      <AccountSwitches account={account} />
      <PasswordReset account={account} />
      <AccountDeletion name={name} />
    </div>
  )
}
