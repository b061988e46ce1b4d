import type { WireAccount } from '#contract/accounts.ts'
import { parseAccountName } from '#domain/access/account-name.ts'
import { parsePassword } from '#domain/access/password.ts'
import { Checkbox, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { showToast } from '#web/components/feedback/toast.tsx'
import { FormDialog } from '#web/components/form/form-dialog.tsx'
import { fieldError, fieldOf } from '#web/components/form/field-error.ts'
import { createAccountMutation } from './mutations.ts'
import { NewPasswordField } from './new-password-field.tsx'
import { refusalOf } from '#web/components/form/refusal-of.ts'

interface NewAccountDialogProps {
  readonly onClose: () => void
  readonly onCreated: (account: WireAccount) => void
}

export function NewAccountDialog({ onClose, onCreated }: NewAccountDialogProps) {
  const create = useMutation(createAccountMutation(useQueryClient()))
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [isAdmin, setAdmin] = useState(false)
  // Mistakes are shown only after the first attempt to save, not while the person types.
  const [isTried, setTried] = useState(false)
  const nameMistake = refusalOf(parseAccountName(name))
  const passwordMistake = refusalOf(parsePassword(password))

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (nameMistake !== null || passwordMistake !== null || create.isPending) return
    create.mutate(
      { name, password, isAdmin },
      {
        onSuccess: (account) => {
          showToast(`${account.name} can sign in now`)
          onCreated(account)
        },
      },
    )
  }
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
        value={name}
        error={(isTried && nameMistake) || fieldError(create.error, 'name')}
        onChange={({ currentTarget }) => {
          setName(currentTarget.value)
          create.reset()
        }}
      />
      <NewPasswordField
        value={password}
        error={(isTried && passwordMistake) || fieldError(create.error, 'password')}
        onChange={(next) => {
          setPassword(next)
          create.reset()
        }}
      />
      <Checkbox
        label="Administrator"
        description="May do everything: all repositories, collections, settings, people"
        checked={isAdmin}
        onChange={({ currentTarget }) => setAdmin(currentTarget.checked)}
      />
    </FormDialog>
  )
}
