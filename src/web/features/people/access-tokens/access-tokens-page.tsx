import type { CreatedAccessToken } from '#contract/access-tokens.ts'
import { Button } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSession } from '#web/api/session-context.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import listClasses from '#web/components/table/list-page.module.css'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { PageTitle } from '#web/components/layout/page-title.tsx'
import classes from './access-tokens.module.css'
import { CreatedTokenDialog } from './created-token-dialog.tsx'
import { NewTokenDialog } from './new-token-dialog.tsx'
import { accessTokensQuery } from './queries.ts'
import { TokenList } from './token-list.tsx'

/** The access tokens of the signed-in person. */
export function AccessTokensPage() {
  const { name } = useSession()
  const { data, error, isFetching, refetch } = useQuery(accessTokensQuery(name))
  const [isCreating, setCreating] = useState(false)
  const [created, setCreated] = useState<CreatedAccessToken | null>(null)
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      New token
    </Button>
  )
  return (
    <>
      <PageTitle
        title="Access tokens"
        description="For programs that pull and push in your name, each with no more than it needs."
        actions={create}
      />
      {data ? (
        <div className={`${listClasses.surface} ${classes.surface}`}>
          {data.accessTokens.length > 0 ? (
            <TokenList tokens={data.accessTokens} />
          ) : (
            <EmptyState title="You have no access tokens" icon={<IconKey size={28} stroke={1.5} />}>
              Give one to a build server instead of your password: it can be for pulling alone, for
              some repositories, for some time, and be revoked by itself.
            </EmptyState>
          )}
        </div>
      ) : error ? (
        <ErrorState
          title="Your access tokens could not be loaded"
          error={error}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
        />
      ) : (
        <div className={listClasses.surface}>
          <ListSkeleton rows={4} />
        </div>
      )}
      {isCreating && (
        <NewTokenDialog
          onClose={() => setCreating(false)}
          onCreated={(token) => {
            setCreating(false)
            setCreated(token)
          }}
        />
      )}
      {created && <CreatedTokenDialog token={created} onClose={() => setCreated(null)} />}
    </>
  )
}
