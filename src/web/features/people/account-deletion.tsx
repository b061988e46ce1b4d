import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useSession } from '#web/api/session-context.ts'
import { ConfirmDialog, confirming } from '#web/components/feedback/confirm-dialog.tsx'
import { showToast } from '#web/components/feedback/toast.tsx'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { deleteAccountMutation } from './mutations.ts'
import classes from './people.module.css'

/** Deletes an account for good: a disabled account can be enabled again, a deleted one cannot. */
export function AccountDeletion({ name }: { readonly name: string }) {
  const [, updateUrl] = useUrlState()
  const isOwn = useSession().name === name
  const deletion = useMutation(deleteAccountMutation(useQueryClient(), name))
  const [isAsking, setAsking] = useState(false)
  return (
    <section className={classes.section} aria-label="Delete account">
      <h3 className={classes.heading}>Delete account</h3>
      <p className={classes.text}>
        {isOwn
          ? 'This is the account that you are signed in with: another administrator can delete it.'
          : `What ${name} pushed stays, and the activity keeps the name.`}
      </p>
      <div>
        <Button variant="light" color="red" disabled={isOwn} onClick={() => setAsking(true)}>
          Delete account…
        </Button>
      </div>
      {isAsking && (
        <ConfirmDialog
          {...confirming(deletion, undefined, {
            onClose: () => setAsking(false),
            onDone: () => {
              showToast(`Deleted the account ${name}`)
              // Its details are open, and there is nothing left to show.
              updateUrl({ account: null })
            },
          })}
          title={`Delete ${name}?`}
          confirmLabel="Delete account"
          isDangerous
        >
          {name} is signed out everywhere, and loses all access and all access tokens. This cannot
          be taken back; an account that may be needed again is better disabled.
        </ConfirmDialog>
      )}
    </section>
  )
}
