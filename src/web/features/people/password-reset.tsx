import type { WireAccount } from '#contract/accounts/accounts.ts'
import { parsePassword } from '#domain/access/password.ts'
import { Alert, Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { messageOf } from '#web/api/api-error.ts'
import { useSession } from '#web/api/session-context.ts'
import { showToast } from '#web/components/feedback/toast.tsx'
import { UnsavedChanges } from '#web/components/form/unsaved-changes.tsx'
import { fieldError, fieldOf } from '#web/components/form/field-error.ts'
import { changeAccountMutation } from './mutations.ts'
import { NewPasswordField } from './new-password-field.tsx'
import classes from './people.module.css'
import { refusalOf } from '#web/components/form/refusal-of.ts'

/** A new password for a person who has forgotten theirs, to pass on. */
export function PasswordReset({ account: { name } }: { account: WireAccount }) {
  const isOwn = useSession().name === name
  const change = useMutation(changeAccountMutation(useQueryClient(), name))
  const [password, setPassword] = useState('')
  const [isTried, setTried] = useState(false)
  const mistake = refusalOf(parsePassword(password))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (mistake !== null || change.isPending) return
    change.mutate(
      { password },
      {
        onSuccess: () => {
          setPassword('')
          setTried(false)
          showToast(`${name} has a new password`)
        },
      },
    )
  }
  return (
    <section className={classes.section} aria-label="New password">
      <h3 className={classes.heading}>New password</h3>
      <p className={classes.text}>
        {isOwn
          ? 'Signs you out everywhere but here. Access tokens go on.'
          : `Signs ${name} out everywhere; access tokens go on. Pass the new one on to them.`}
      </p>
      <form onSubmit={submit} noValidate className={classes.section}>
        <UnsavedChanges isChanged={password !== ''} />
        <NewPasswordField
          value={password}
          error={(isTried && mistake) || fieldError(change.error, 'password')}
          onChange={(next) => {
            setPassword(next)
            change.reset()
          }}
        />
        {change.error && fieldOf(change.error) === null ? (
          <Alert color="red" role="alert">
            {messageOf(change.error)}
          </Alert>
        ) : null}
        <div>
          <Button type="submit" variant="default" loading={change.isPending}>
            Set password
          </Button>
        </div>
      </form>
    </section>
  )
}
