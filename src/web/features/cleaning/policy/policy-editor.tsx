import type { PolicyConflict, WireRetentionPolicy } from '#contract/rules/retention.ts'
import { withoutRule } from '#domain/retention/editing/change-rules.ts'
import { withFields, withNewRule, withVerb } from '#domain/retention/editing/editable-rules.ts'
import type { Result } from '#domain/values/result.ts'
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState, type SubmitEvent } from 'react'
import { isApiError, messageOf } from '#web/api/api-error.ts'
import { showToast } from '#web/components/feedback/toast.tsx'
import { leaveBy } from '#web/components/form/leaving.ts'
import { UnsavedChanges } from '#web/components/form/unsaved-changes.tsx'
import { countOf } from '#web/components/text/count-of.ts'
import { savePolicy } from '../mutations.ts'
import { scopeName } from '../scope.ts'
import { ExpectationTable } from './expectation-table.tsx'
import { PolicyConflictAlert } from './policy-conflict.tsx'
import { readDraft, type PolicyDraft } from './policy-draft.ts'
import classes from './policy-editor.module.css'
import { PolicyText } from './policy-text.tsx'
import { RuleForm } from './rule-form.tsx'

export interface PolicyEditorProps {
  readonly scope: string
  /** As it was when the editor opened; null: the scope has none of its own. */
  readonly saved: Pick<WireRetentionPolicy, 'text' | 'version'> | null
  /** What the editor starts with, such as a template; null: what is saved. */
  readonly start: string | null
  /** The earlier version that `start` is; null: none. */
  readonly startVersion: number | null
  readonly isPreviewing: boolean
  readonly onPreview: (text: string) => void
  /** After it was saved, and when the person is done. */
  readonly onClose: () => void
}

/** The rules as a form and as YAML, in step: the text is what counts, and is what is saved. */
export function PolicyEditor({
  scope,
  saved,
  start,
  startVersion,
  isPreviewing,
  onPreview,
  onClose,
}: PolicyEditorProps) {
  // What others save meanwhile does not change it: they meet when it is saved.
  const [base, setBase] = useState(saved)
  const [text, setText] = useState(start ?? saved?.text ?? '')
  const [conflict, setConflict] = useState<PolicyConflict['current'] | undefined>(undefined)
  const save = useMutation(savePolicy(useQueryClient()))
  const draft = useMemo(() => readDraft(text), [text])
  const isChanged = text !== (base?.text ?? '')
  const change = (next: string) => {
    setText(next)
    if (save.isError) save.reset()
  }
  const submit = () => {
    if (!isChanged || !draft.isRight || save.isPending) return
    save.mutate(
      { scope, version: base?.version ?? 0, text },
      {
        onSuccess: () => {
          showToast(`Saved the policy of ${scopeName(scope)}`)
          onClose()
        },
        onError: (error) => {
          if (isApiError(error, 'POLICY_CHANGED')) setConflict(currentIn(error.detail))
        },
      },
    )
  }
  return (
    <form
      aria-label={`Policy of ${scopeName(scope)}`}
      noValidate
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault()
        submit()
      }}
    >
      <UnsavedChanges isChanged={isChanged && !save.isSuccess} />
      <Stack gap="md">
        {conflict !== undefined && (
          <PolicyConflictAlert
            current={conflict}
            yours={text}
            onTakeTheirs={() => {
              setBase(conflict)
              change(conflict?.text ?? '')
              setConflict(undefined)
            }}
            onKeepYours={() => {
              setBase(conflict)
              setConflict(undefined)
              save.reset()
            }}
          />
        )}
        {startVersion !== null && (
          <Text size="sm" role="status">
            Version {startVersion} is in the editor. It is in force once you save it.
          </Text>
        )}
        <div className={classes.both}>
          <RuleForms draft={draft} text={text} onChange={change} />
          <PolicyText value={text} problems={draft.problems} onChange={change} />
        </div>
        {draft.expectations.length > 0 && <ExpectationTable outcomes={draft.expectations} />}
        {save.isError && conflict === undefined && (
          <Alert color="red" role="alert" title="Not saved">
            {messageOf(save.error)}
          </Alert>
        )}
        <Group gap="xs">
          <Button
            type="submit"
            disabled={!isChanged || !draft.isRight || conflict !== undefined}
            loading={save.isPending}
          >
            Save
          </Button>
          <Button
            variant="default"
            disabled={!draft.isRight}
            loading={isPreviewing}
            onClick={() => onPreview(text)}
          >
            Preview this draft
          </Button>
          <Button variant="subtle" color="gray" onClick={() => leaveBy(onClose)}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

const currentIn = (detail: unknown): PolicyConflict['current'] =>
  (detail as PolicyConflict | undefined)?.current ?? null

/** Of more rules than this a form has no use: they are written by programs. */
const maximumForms = 50

interface RuleFormsProps {
  readonly draft: PolicyDraft
  readonly text: string
  readonly onChange: (text: string) => void
}

function RuleForms({ draft, text, onChange }: RuleFormsProps) {
  const { rules, words } = draft
  const added = useRef<HTMLInputElement>(null)
  const addButton = useRef<HTMLButtonElement>(null)
  const isAdding = useRef(false)
  const count = rules?.length ?? 0
  useEffect(() => {
    if (isAdding.current) added.current?.focus()
    isAdding.current = false
  }, [count])
  if (rules === null) {
    return (
      <Text size="sm" c="dimmed">
        The rules are shown here as a form again once the text can be read.
      </Text>
    )
  }
  const apply = (changed: Result<string>) => {
    if (changed.ok) onChange(changed.value)
  }
  const shown = rules.slice(0, maximumForms)
  return (
    <div className={classes.forms}>
      {rules.length === 0 && (
        <Text size="sm" c="dimmed">
          No rules yet: everything stays.
        </Text>
      )}
      {shown.map((rule) => (
        <RuleForm
          key={rule.at}
          rule={rule}
          words={words.get(rule.line) ?? null}
          onChange={(changes) => apply(withFields(text, rule.at, changes))}
          onVerb={(verb) => apply(withVerb(text, rule.at, verb))}
          onRemove={() => {
            apply(withoutRule(text, rule.at))
            addButton.current?.focus()
          }}
          {...(rule.at === rules.length - 1 ? { tagsRef: added } : {})}
        />
      ))}
      {rules.length > shown.length && (
        <Text size="sm" c="dimmed">
          {countOf(rules.length - shown.length, 'more rule')} in the text.
        </Text>
      )}
      <Group gap="xs">
        <Button
          ref={addButton}
          size="xs"
          variant="default"
          onClick={() => {
            apply(withNewRule(text, 'remove'))
            isAdding.current = true
          }}
        >
          Add a rule
        </Button>
      </Group>
    </div>
  )
}
