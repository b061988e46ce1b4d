import type { CreatedAccessToken } from '#contract/accounts/access-tokens.ts'
import { Button } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSession } from '#web/api/session-context.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import listClasses from '#web/components/table/list-page.module.css'
import { wholeList } from '#web/components/table/list-rows.ts'
import { ListScaffold } from '#web/components/table/list-scaffold.tsx'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { PageTitle } from '#web/components/layout/page-title.tsx'
import { usePreload } from '#web/components/layout/use-preload.ts'
import classes from './access-tokens.module.css'
import { CreatedTokenDialog } from './created-token-dialog.tsx'
import { accessTokensQuery } from './queries.ts'
import { TokenList } from './token-list.tsx'

// Loaded after the list: a form is a large part of the page.
const NewTokenDialog = lazyComponent(
  async () => (await import('./new-token-dialog.tsx')).NewTokenDialog,
)

/** The access tokens of the signed-in person. */
export function AccessTokensPage() {
  const { name } = useSession()
  const query = useQuery(accessTokensQuery(name))
  const tokens = query.data?.accessTokens ?? []
  const [isCreating, setCreating] = useState(false)
  usePreload(NewTokenDialog.load, query.data !== undefined)
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
      <ListScaffold
        list={wholeList(query, tokens)}
        failure="Couldn’t load your access tokens"
        empty={
          <EmptyState title="You have no access tokens" icon={<IconKey size={28} stroke={1.5} />}>
            Give one to a build server instead of your password: it can be for pulling alone, for
            some repositories, for some time, and be revoked by itself.
          </EmptyState>
        }
        skeleton={{ rows: 4 }}
      >
        <div className={`${listClasses.surface} ${classes.surface}`}>
          <TokenList tokens={tokens} />
        </div>
      </ListScaffold>
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
