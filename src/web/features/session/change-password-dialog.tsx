import { passwordBounds, parsePassword } from '#domain/access/password.ts'
import { PasswordInput, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { asSentence, isApiError, messageOf } from '#web/api/api-error.ts'
import { useSession } from '#web/api/session-context.ts'
import { FormDialog } from '#web/components/form/form-dialog.tsx'
import { showToast } from '#web/components/feedback/toast.tsx'
import { changePasswordMutation } from './mutations.ts'

/** Changes one's own password: the current one, and the new one twice. */
export function ChangePasswordDialog({ onClose }: { onClose: () => void }) {
  const { name } = useSession()
  const change = useMutation(changePasswordMutation)
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [repeated, setRepeated] = useState('')
  // Mistakes are shown only after the first attempt to save, not while the person types.
  const [isTried, setTried] = useState(false)
  const parsed = parsePassword(password)
  const mistake = parsed.ok ? null : asSentence(parsed.refusal.message)
  const isRepeated = repeated === password
  const isWrong = isApiError(change.error, 'WRONG_PASSWORD')

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (current === '' || mistake !== null || !isRepeated || change.isPending) return
    change.mutate(
      { current, password },
      {
        onSuccess: () => {
          showToast('Your password is changed')
          onClose()
        },
      },
    )
  }
  const edit = (set: (value: string) => void) => (value: string) => {
    set(value)
    change.reset()
  }
  return (
    <FormDialog
      title="Change your password"
      submitLabel="Change password"
      onSubmit={submit}
      onClose={onClose}
      isPending={change.isPending}
      error={isWrong ? null : change.error}
    >
      <Text>You stay signed in here, and are signed out everywhere else. Access tokens go on.</Text>
      {/* Tells password managers whose password it is. */}
      <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
      <PasswordInput
        label="Present password"
        autoComplete="current-password"
        data-autofocus
        value={current}
        error={
          isWrong
            ? messageOf(change.error)
            : isTried && current === '' && 'Type your present password.'
        }
        onChange={({ currentTarget }) => edit(setCurrent)(currentTarget.value)}
      />
      <PasswordInput
        label="New password"
        description={`At least ${passwordBounds.minimum} characters`}
        autoComplete="new-password"
        maxLength={passwordBounds.maximum}
        value={password}
        error={isTried && mistake}
        onChange={({ currentTarget }) => edit(setPassword)(currentTarget.value)}
      />
      <PasswordInput
        label="New password again"
        autoComplete="new-password"
        maxLength={passwordBounds.maximum}
        value={repeated}
        error={isTried && !isRepeated && 'The two are not the same.'}
        onChange={({ currentTarget }) => setRepeated(currentTarget.value)}
      />
    </FormDialog>
  )
}
