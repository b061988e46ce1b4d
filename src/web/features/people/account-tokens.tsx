import { useQuery } from '@tanstack/react-query'
import { wholeList } from '#web/components/table/list-rows.ts'
import { ListScaffold } from '#web/components/table/list-scaffold.tsx'
import { accessTokensQuery } from './access-tokens/queries.ts'
import { TokenList } from './access-tokens/token-list.tsx'
import classes from './people.module.css'

/** The access tokens of an account, for an administrator to see and revoke. */
export function AccountTokens({ name }: { name: string }) {
  const query = useQuery(accessTokensQuery(name))
  const tokens = query.data?.accessTokens ?? []
  return (
    <section className={classes.section} aria-label="Access tokens">
      <h3 className={classes.heading}>Access tokens</h3>
      <ListScaffold
        list={wholeList(query, tokens)}
        failure="Couldn’t load the access tokens"
        empty={
          <p className={classes.text}>None. {name} can create them in the menu at their name.</p>
        }
        isFramed={false}
        skeleton={{ rows: 2 }}
      >
        <TokenList tokens={tokens} />
      </ListScaffold>
    </section>
  )
}
