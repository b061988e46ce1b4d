import type { AccountAccess, WireGrant } from '#contract/accounts/accounts.ts'
import { Alert, Button, Group } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { UseMutationResult } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { messageOf } from '#web/api/api-error.ts'
import { UnsavedChanges } from '#web/components/form/unsaved-changes.tsx'
import { useScopeSuggestions } from '#web/entities/repository-names.ts'
import {
  draftOf,
  grantsOf,
  isChanged,
  mistakesIn,
  narrowed,
  withNewLine,
  type GrantDraft,
} from './access-draft.ts'
import { GrantLine } from './grant-line.tsx'
import classes from '../people.module.css'

interface GrantsFormProps {
  /** The saved grants. */
  readonly grants: readonly WireGrant[]
  readonly save: UseMutationResult<AccountAccess, Error, readonly WireGrant[]>
  /** The text shown when there are no grants. */
  readonly none: string
  readonly onSaved: () => void
  /** Only reading can be granted. */
  readonly isReading?: boolean
}

/** Access by namespace and repository. All grants are saved together. */
export function GrantsForm({ grants, save, none, onSaved, isReading = false }: GrantsFormProps) {
  const [draft, setDraft] = useState(() => draftOf(grants))
  const [addedKey, setAddedKey] = useState<number | null>(null)
  const suggestions = useScopeSuggestions()
  const mistakes = mistakesIn(draft)
  const isNew = isChanged(draft, grants)

  const change = (next: readonly GrantDraft[]) => {
    setDraft(next)
    save.reset()
  }
  const add = () => {
    const next = withNewLine(draft)
    change(next)
    setAddedKey(next.at(-1)?.key ?? null)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (mistakes.size > 0 || !isNew || save.isPending) return
    save.mutate(grantsOf(draft), {
      onSuccess: (saved) => {
        setDraft(draftOf(saved.grants))
        onSaved()
      },
    })
  }
  return (
    <form onSubmit={submit} noValidate className={classes.section}>
      <UnsavedChanges isChanged={isNew} />
      {draft.length === 0 ? (
        <p className={classes.text}>{none}</p>
      ) : (
        <ul className={classes.grants}>
          {draft.map((line) => (
            <GrantLine
              key={line.key}
              line={line}
              suggestions={suggestions}
              hasFocus={line.key === addedKey}
              mistake={mistakes.get(line.key) ?? null}
              narrows={isReading ? null : narrowed(draft, line)}
              isReading={isReading}
              onChange={(next) =>
                change(draft.map((other) => (other.key === line.key ? next : other)))
              }
              onRemove={() => change(draft.filter(({ key }) => key !== line.key))}
            />
          ))}
        </ul>
      )}
      {save.error ? (
        <Alert color="red" role="alert">
          {messageOf(save.error)}
        </Alert>
      ) : null}
      <Group justify="space-between" gap="xs">
        <Button
          variant="subtle"
          size="compact-md"
          leftSection={<IconPlus size={15} aria-hidden />}
          onClick={add}
        >
          Add access
        </Button>
        <Group gap="xs">
          {isNew && (
            <Button variant="default" onClick={() => change(draftOf(grants))}>
              Discard
            </Button>
          )}
          <Button type="submit" loading={save.isPending} disabled={!isNew || mistakes.size > 0}>
            Save access
          </Button>
        </Group>
      </Group>
    </form>
  )
}
