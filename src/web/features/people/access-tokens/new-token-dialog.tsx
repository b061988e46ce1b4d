import type { CreatedAccessToken } from '#contract/accounts/access-tokens.ts'
import { accessTokenBounds } from '#domain/access/access-token.ts'
import { repositoryActions, type RepositoryAction } from '#domain/access/repository-action.ts'
import { Checkbox, Group, Radio, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { SelectField } from '#web/components/form/select-field.tsx'
import { useSession } from '#web/api/session-context.ts'
import { FormDialog } from '#web/components/form/form-dialog.tsx'
import { useCheckedForm } from '#web/components/form/use-checked-form.ts'
import { fieldOf } from '#web/components/form/field-error.ts'
import { createAccessTokenMutation } from './mutations.ts'
import { ScopeLines } from './scope-lines.tsx'
import { lifetimes, mistakesIn, newDraft, requestOf, type TokenDraft } from './token-draft.ts'

interface NewTokenDialogProps {
  readonly onClose: () => void
  readonly onCreated: (token: CreatedAccessToken) => void
}

const actionLabels: Readonly<Record<RepositoryAction, string>> = {
  pull: 'Pull',
  push: 'Push',
  delete: 'Delete',
}

const requestNow = (draft: TokenDraft) => requestOf(draft, Date.now())

export function NewTokenDialog({ onClose, onCreated }: NewTokenDialogProps) {
  const { name } = useSession()
  const create = useMutation(createAccessTokenMutation(useQueryClient(), name))
  const form = useCheckedForm({ initialValues: newDraft, mistakesIn, saving: create })
  const { values: draft } = form
  const save = (values: TokenDraft) => create.mutate(requestNow(values), { onSuccess: onCreated })
  return (
    <FormDialog
      title="New access token"
      submitLabel="Create token"
      onSubmit={form.submitTo(save)}
      onClose={onClose}
      isPending={create.isPending}
      error={fieldOf(create.error) === 'name' ? null : create.error}
    >
      <TextInput
        label="Name"
        description="To tell your tokens apart: the program or machine that uses it"
        autoComplete="off"
        required
        withAsterisk={false}
        data-autofocus
        maxLength={accessTokenBounds.nameLength}
        {...form.getInputProps('name')}
      />
      <Checkbox.Group
        label="May"
        error={form.errors['actions']}
        value={[...draft.actions]}
        onChange={(chosen) =>
          form.setFieldValue(
            'actions',
            repositoryActions.filter((action) => chosen.includes(action)),
          )
        }
      >
        <Group mt={6} gap="lg">
          {repositoryActions.map((action) => (
            <Checkbox key={action} value={action} label={actionLabels[action]} />
          ))}
        </Group>
      </Checkbox.Group>
      <div>
        <Radio.Group
          label="In"
          description="Never in more than you have access to yourself"
          value={draft.isForAll ? 'all' : 'some'}
          onChange={(chosen) => form.setFieldValue('isForAll', chosen === 'all')}
        >
          <Stack mt={6} gap={6}>
            <Radio value="some" label="these namespaces and repositories" />
            <Radio value="all" label="everything I have access to, now and later" />
          </Stack>
        </Radio.Group>
        {!draft.isForAll && (
          <ScopeLines
            scopes={draft.scopes}
            mistakes={draft.scopes.map((_, at) => form.errors[`scopes.${at}`])}
            onChange={(scopes) => form.setFieldValue('scopes', scopes)}
          />
        )}
      </div>
      <SelectField
        label="Expires"
        value={String(draft.days)}
        data={lifetimes.map(({ days, label }) => ({ value: String(days), label }))}
        onChange={(value) =>
          form.setFieldValue(
            'days',
            lifetimes.find(({ days }) => String(days) === value)?.days ?? null,
          )
        }
      />
    </FormDialog>
  )
}
