import { useQuery } from '@tanstack/react-query'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { accessTokensQuery } from './access-tokens/queries.ts'
import { TokenList } from './access-tokens/token-list.tsx'
import classes from './people.module.css'

/** The access tokens of an account, for an administrator to see and revoke. */
export function AccountTokens({ name }: { name: string }) {
  const { data, error, isFetching, refetch } = useQuery(accessTokensQuery(name))
  return (
    <section className={classes.section} aria-label="Access tokens">
      <h3 className={classes.heading}>Access tokens</h3>
      {data ? (
        data.accessTokens.length > 0 ? (
          <TokenList tokens={data.accessTokens} />
        ) : (
          <p className={classes.text}>None. {name} can create them in the menu at their name.</p>
        )
      ) : error ? (
        <ErrorState
          title="The access tokens could not be loaded"
          error={error}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
        />
      ) : (
        <ListSkeleton rows={2} />
      )}
    </section>
  )
}
