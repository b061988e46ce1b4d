import { passwordBounds, parsePassword } from '#domain/access/password.ts'
import { PasswordInput, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { isApiError, messageOf } from '#web/api/api-error.ts'
import { useSession } from '#web/api/session-context.ts'
import { FormDialog } from '#web/components/form/form-dialog.tsx'
import { refusalOf } from '#web/components/form/refusal-of.ts'
import { useCheckedForm } from '#web/components/form/use-checked-form.ts'
import { showToast } from '#web/components/feedback/toast.tsx'
import { changePasswordMutation } from './mutations.ts'

const noPasswords = { current: '', password: '', repeated: '' }

const mistakesIn = ({ current, password, repeated }: typeof noPasswords) => ({
  current: current === '' ? 'Type your current password.' : null,
  password: refusalOf(parsePassword(password)),
  repeated: repeated === password ? null : 'The passwords differ.',
})

/** Changes one's own password: the current one, and the new one twice. */
export function ChangePasswordDialog({ onClose }: { onClose: () => void }) {
  const { name } = useSession()
  const change = useMutation(changePasswordMutation)
  const form = useCheckedForm({ initialValues: noPasswords, mistakesIn, saving: change })
  const isWrong = isApiError(change.error, 'WRONG_PASSWORD')
  const submit = form.submitTo(({ current, password }) =>
    change.mutate(
      { current, password },
      {
        onSuccess: () => {
          showToast('Password changed')
          onClose()
        },
      },
    ),
  )
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
        label="Current password"
        autoComplete="current-password"
        data-autofocus
        {...form.getInputProps('current')}
        {...(isWrong ? { error: messageOf(change.error) } : {})}
      />
      <PasswordInput
        label="New password"
        description={`At least ${passwordBounds.minimum} characters`}
        autoComplete="new-password"
        maxLength={passwordBounds.maximum}
        {...form.getInputProps('password')}
      />
      <PasswordInput
        label="New password again"
        autoComplete="new-password"
        maxLength={passwordBounds.maximum}
        {...form.getInputProps('repeated')}
      />
    </FormDialog>
  )
}
