import type { WireAccount } from '#contract/accounts/accounts.ts'
import { parseAccountName } from '#domain/access/account-name.ts'
import { parsePassword } from '#domain/access/password.ts'
import { Checkbox, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { showToast } from '#web/components/feedback/toast.tsx'
import { fieldOf } from '#web/components/form/field-error.ts'
import { FormDialog } from '#web/components/form/form-dialog.tsx'
import { refusalOf } from '#web/components/form/refusal-of.ts'
import { useCheckedForm } from '#web/components/form/use-checked-form.ts'
import { createAccountMutation } from './mutations.ts'
import { NewPasswordField } from './new-password-field.tsx'

interface NewAccountDialogProps {
  readonly onClose: () => void
  readonly onCreated: (account: WireAccount) => void
}

const newAccount = { name: '', password: '', isAdmin: false }

const mistakesIn = ({ name, password }: typeof newAccount) => ({
  name: refusalOf(parseAccountName(name)),
  password: refusalOf(parsePassword(password)),
})

export function NewAccountDialog({ onClose, onCreated }: NewAccountDialogProps) {
  const create = useMutation(createAccountMutation(useQueryClient()))
  const form = useCheckedForm({ initialValues: newAccount, mistakesIn, saving: create })
  const submit = form.submitTo((values) =>
    create.mutate(values, {
      onSuccess: (account) => {
        showToast(`${account.name} can sign in now`)
        onCreated(account)
      },
    }),
  )
  const password = form.getInputProps('password')
  return (
    <FormDialog
      title="New account"
      submitLabel="Create account"
      onSubmit={submit}
      onClose={onClose}
      isPending={create.isPending}
      error={fieldOf(create.error) === null ? create.error : null}
    >
      <TextInput
        label="Name"
        description="To sign in with, here and in docker login"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
        withAsterisk={false}
        data-autofocus
        {...form.getInputProps('name')}
      />
      <NewPasswordField
        value={form.values.password}
        error={password.error}
        onChange={password.onChange}
      />
      <Checkbox
        label="Administrator"
        description="Can do everything: all repositories, collections, settings, people"
        {...form.getInputProps('isAdmin', { type: 'checkbox' })}
      />
    </FormDialog>
  )
}
