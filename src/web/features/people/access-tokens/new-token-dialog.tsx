import type { CreatedAccessToken } from '#contract/access-tokens.ts'
import { accessTokenBounds } from '#domain/access/access-token.ts'
import { repositoryActions, type RepositoryAction } from '#domain/access/repository-action.ts'
import { Checkbox, Group, NativeSelect, Radio, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useSession } from '#web/api/session-context.ts'
import { FormDialog } from '#web/components/form/form-dialog.tsx'
import { fieldError, fieldOf } from '#web/components/form/field-error.ts'
import { createAccessTokenMutation } from './mutations.ts'
import { ScopeLines } from './scope-lines.tsx'
import {
  isMistaken,
  lifetimes,
  mistakesIn,
  newDraft,
  requestOf,
  type TokenDraft,
} from './token-draft.ts'

interface NewTokenDialogProps {
  readonly onClose: () => void
  readonly onCreated: (token: CreatedAccessToken) => void
}

const actionLabels: Readonly<Record<RepositoryAction, string>> = {
  pull: 'Pull',
  push: 'Push',
  delete: 'Delete',
}

export function NewTokenDialog({ onClose, onCreated }: NewTokenDialogProps) {
  const { name } = useSession()
  const create = useMutation(createAccessTokenMutation(useQueryClient(), name))
  const [draft, setDraft] = useState(newDraft)
  // Mistakes are shown only after the first attempt to save, not while the person types.
  const [isTried, setTried] = useState(false)
  const mistakes = mistakesIn(draft)

  const change = (changed: Partial<TokenDraft>) => {
    setDraft({ ...draft, ...changed })
    create.reset()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (isMistaken(mistakes) || create.isPending) return
    create.mutate(requestOf(draft, Date.now()), { onSuccess: onCreated })
  }
  return (
    <FormDialog
      title="New access token"
      submitLabel="Create token"
      onSubmit={submit}
      onClose={onClose}
      isPending={create.isPending}
      error={fieldOf(create.error) === 'name' ? null : create.error}
    >
      <TextInput
        label="Name"
        description="To know it again, by the program or the machine that uses it"
        autoComplete="off"
        required
        withAsterisk={false}
        data-autofocus
        maxLength={accessTokenBounds.nameLength}
        value={draft.name}
        error={(isTried && mistakes.name) || fieldError(create.error, 'name')}
        onChange={({ currentTarget }) => change({ name: currentTarget.value })}
      />
      <Checkbox.Group
        label="May"
        error={isTried && mistakes.actions}
        value={[...draft.actions]}
        onChange={(chosen) =>
          change({ actions: repositoryActions.filter((action) => chosen.includes(action)) })
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
          description="Never in more than you may get at yourself"
          value={draft.isForAll ? 'all' : 'some'}
          onChange={(chosen) => change({ isForAll: chosen === 'all' })}
        >
          <Stack mt={6} gap={6}>
            <Radio value="some" label="these namespaces and repositories" />
            <Radio value="all" label="all that I may get at, now and later" />
          </Stack>
        </Radio.Group>
        {!draft.isForAll && (
          <ScopeLines
            scopes={draft.scopes}
            mistakes={isTried ? mistakes.scopes : []}
            onChange={(scopes) => change({ scopes })}
          />
        )}
      </div>
      <NativeSelect
        label="Expires"
        value={String(draft.days)}
        data={lifetimes.map(({ days, label }) => ({ value: String(days), label }))}
        onChange={({ currentTarget: { value } }) =>
          change({ days: lifetimes.find(({ days }) => String(days) === value)?.days ?? null })
        }
      />
    </FormDialog>
  )
}
