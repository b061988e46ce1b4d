import type { WireAccessToken } from '#contract/accounts/access-tokens.ts'
import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ConfirmDialog, confirming } from '#web/components/feedback/confirm-dialog.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { showToast } from '#web/components/feedback/toast.tsx'
import { useNow } from '#web/components/text/use-now.ts'
import classes from './access-tokens.module.css'
import { revokeAccessTokenMutation } from './mutations.ts'
import { isOver, purposeOf } from './token-labels.ts'

/** The tokens, each with its purpose, its last use, and a button that revokes it. */
export function TokenList({ tokens }: { tokens: readonly WireAccessToken[] }) {
  const [asked, setAsked] = useState<WireAccessToken | null>(null)
  const revoke = useMutation(revokeAccessTokenMutation(useQueryClient()))
  return (
    <>
      <ul className={classes.list} aria-label="Access tokens">
        {tokens.map((token) => (
          <li key={token.id} className={classes.token}>
            <div className={classes.words}>
              <span className={classes.name}>{token.name}</span>
              <span className={classes.note}>{purposeOf(token)}</span>
              <Times token={token} />
            </div>
            <Button
              variant="default"
              size="compact-sm"
              aria-label={`Revoke ${token.name}`}
              onClick={() => setAsked(token)}
            >
              Revoke…
            </Button>
          </li>
        ))}
      </ul>
      {asked && (
        <ConfirmDialog
          {...confirming(revoke, asked, {
            onClose: () => setAsked(null),
            onDone: () => showToast(`Revoked ${asked.name}`),
          })}
          title={`Revoke ${asked.name}?`}
          confirmLabel="Revoke token"
          isDangerous
        >
          Programs that use it can no longer pull or push with it, from their next request on. This
          cannot be taken back.
        </ConfirmDialog>
      )}
    </>
  )
}

function Times({ token }: { token: WireAccessToken }) {
  const nowMs = useNow()
  const { expiresAt, lastUsedAt } = token
  return (
    <span className={classes.note}>
      {expiresAt === null ? (
        'Never expires'
      ) : (
        <span className={isOver(token, nowMs) ? classes.over : undefined}>
          {isOver(token, nowMs) ? 'Expired' : 'Expires'} <RelativeTime at={expiresAt} />
        </span>
      )}
      {' · '}
      {lastUsedAt === null ? (
        'not used yet'
      ) : (
        <>
          last used <RelativeTime at={lastUsedAt} />
        </>
      )}
    </span>
  )
}
