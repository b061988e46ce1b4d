import type { AccountChangeRequest, WireAccount } from '#contract/accounts/accounts.ts'
import { Alert, Button, Checkbox } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { messageOf } from '#web/api/api-error.ts'
import { useSession } from '#web/api/session-context.ts'
import { ConfirmDialog, confirming } from '#web/components/feedback/confirm-dialog.tsx'
import { showToast } from '#web/components/feedback/toast.tsx'
import { changeAccountMutation } from './mutations.ts'
import classes from './people.module.css'

/** Switches for administrator and active. Each saves at once. */
export function AccountSwitches({ account }: { account: WireAccount }) {
  const { name, isAdmin, isActive } = account
  const isOwn = useSession().name === name
  const change = useMutation(changeAccountMutation(useQueryClient(), name))
  const [isDisabling, setDisabling] = useState(false)
  const [isStepping, setStepping] = useState(false)
  const save = (body: AccountChangeRequest, done: string) =>
    change.mutate(body, { onSuccess: () => showToast(done) })
  const roleIs = (next: boolean) => `${name} is ${next ? 'an' : 'no longer an'} administrator`
  const isAsking = isDisabling || isStepping
  return (
    <>
      <section className={classes.section} aria-label="Role">
        <h3 className={classes.heading}>Role</h3>
        <Checkbox
          label="Administrator"
          description="Can do everything: all repositories, collections, settings, people"
          checked={isAdmin}
          disabled={change.isPending}
          onChange={({ currentTarget: { checked } }) =>
            isOwn && !checked ? setStepping(true) : save({ isAdmin: checked }, roleIs(checked))
          }
        />
      </section>
      <section className={classes.section} aria-label="Status">
        <h3 className={classes.heading}>{isActive ? 'Active' : 'Disabled'}</h3>
        <p className={classes.text}>
          {isOwn
            ? 'This is the account that you are signed in with: another administrator can disable it.'
            : isActive
              ? `Disabling signs ${name} out everywhere. What they pushed and did stays.`
              : `${name} cannot sign in, push or pull.`}
        </p>
        <div>
          {isActive ? (
            <Button
              variant="light"
              color="red"
              disabled={isOwn}
              onClick={() => {
                change.reset()
                setDisabling(true)
              }}
            >
              Disable account…
            </Button>
          ) : (
            <Button
              variant="default"
              loading={change.isPending}
              onClick={() => save({ isActive: true }, `${name} can sign in again`)}
            >
              Enable account
            </Button>
          )}
        </div>
        {change.error && !isAsking ? (
          <Alert color="red" role="alert">
            {messageOf(change.error)}
          </Alert>
        ) : null}
      </section>
      {isDisabling && (
        <ConfirmDialog
          {...confirming(
            change,
            { isActive: false },
            {
              onClose: () => setDisabling(false),
              onDone: () => showToast(`Disabled ${name}`),
            },
          )}
          title={`Disable ${name}?`}
          confirmLabel="Disable account"
          isDangerous
        >
          {name} is signed out everywhere, and programs that use the account stop working. It can be
          enabled again at any time.
        </ConfirmDialog>
      )}
      {isStepping && (
        <ConfirmDialog
          {...confirming(
            change,
            { isAdmin: false },
            {
              onClose: () => setStepping(false),
              onDone: () => showToast(roleIs(false)),
            },
          )}
          title="Give up being an administrator?"
          confirmLabel="Give it up"
          isDangerous
        >
          You could no longer manage people, settings and collections. Only another administrator
          can give it back to you.
        </ConfirmDialog>
      )}
    </>
  )
}
