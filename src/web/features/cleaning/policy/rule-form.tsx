import {
  isKnownTo,
  type EditableField,
  type EditableRule,
} from '#domain/retention/editing/editable-rules.ts'
import { rankings, ruleVerbs, type RuleVerb } from '#domain/retention/policy.ts'
import { Checkbox, Select, Text, UnstyledButton } from '@mantine/core'
import { IconChevronRight, IconX } from '@tabler/icons-react'
import { useState, type ReactNode, type Ref } from 'react'
import { asSentence } from '#web/api/api-error.ts'
import { IconButton } from '#web/components/layout/icon-button.tsx'
import classes from './rule-form.module.css'
import { SyncedInput } from './synced-input.tsx'

export type FieldChanges = Readonly<Partial<Record<EditableField, string>>>

interface RuleFormProps {
  readonly rule: EditableRule
  /** The rule as a sentence; null while it is not complete. */
  readonly words: string | null
  readonly onChange: (changes: FieldChanges) => void
  readonly onVerb: (verb: RuleVerb) => void
  readonly onRemove: () => void
  readonly tagsRef?: Ref<HTMLInputElement>
}

const verbLabels: Readonly<Record<RuleVerb, string>> = {
  protect: 'Protect',
  keep: 'Keep',
  remove: 'Remove',
}

const rankingLabels = { pushed: 'by push', version: 'by version', pulled: 'by last pull' } as const
const choices = <Name extends string>(names: readonly Name[], labels: Record<Name, string>) =>
  names.map((name) => ({ value: name, label: labels[name] }))

const more = ['largerThan', 'platform', 'label'] as const
const moreLabels = {
  largerThan: { label: 'Frees more than', placeholder: '500MB' },
  platform: { label: 'Platform', placeholder: 'linux/arm64' },
  label: { label: 'Label', placeholder: 'key=value' },
} as const

/** One rule of a policy as fields; what they say stands in the text beside them. */
export function RuleForm(props: RuleFormProps) {
  const { rule, words, onVerb, onRemove } = props
  const { at, verb, problems } = rule
  const name = `Rule ${at + 1}`
  const ofWhole = problems.filter(({ field }) => field === null)
  return (
    <fieldset className={classes.root} data-verb={verb ?? undefined}>
      <legend className={classes.legend}>{name}</legend>
      <div className={classes.head}>
        {verb === null ? (
          <Text size="sm">Line {rule.line} has something that this form can’t show.</Text>
        ) : (
          <Select
            aria-label="What it does"
            className={classes.verb}
            data={choices(ruleVerbs, verbLabels)}
            value={verb}
            allowDeselect={false}
            onChange={(chosen) => chosen !== null && onVerb(chosen)}
          />
        )}
        <p className={classes.words}>{words}</p>
        <IconButton aria-label={`Remove ${name.toLowerCase()}`} onClick={onRemove}>
          <IconX size={16} aria-hidden />
        </IconButton>
      </div>
      {verb !== null && <RuleFields {...props} verb={verb} />}
      {ofWhole.map(({ message }) => (
        <Text key={message} size="sm" c="var(--mantine-color-error)">
          {asSentence(message)}
        </Text>
      ))}
    </fieldset>
  )
}

interface RuleFieldsProps extends RuleFormProps {
  readonly verb: RuleVerb
}

function RuleFields({ rule, verb, onChange, tagsRef }: RuleFieldsProps) {
  const { fields, problems } = rule
  const isUntagged = fields.untagged !== undefined
  const count = verb === 'keep' ? 'newest' : 'exceptNewest'
  const errorAt = (field: EditableField) => {
    const found = problems.find((problem) => problem.field === field)
    return found && asSentence(found.message)
  }
  const bind = (field: EditableField) => ({
    value: fields[field] ?? '',
    error: errorAt(field),
    onChange: (value: string) => onChange({ [field]: value }),
  })
  return (
    <>
      <div className={classes.tags}>
        <SyncedInput
          ref={tagsRef}
          className={classes.wide}
          label="Tags"
          description="Patterns, with spaces between them; ! before what is left out"
          placeholder={isUntagged ? 'only images without a tag' : 'pr-* !pr-1'}
          disabled={isUntagged}
          {...bind('tags')}
        />
        {verb !== 'protect' && (
          <Checkbox
            // A pointer finds it between two fields.
            size="md"
            label="Untagged images instead"
            checked={isUntagged}
            onChange={({ currentTarget: { checked } }) =>
              onChange(checked ? { untagged: 'true', tags: '' } : { untagged: '' })
            }
          />
        )}
      </div>
      {verb !== 'protect' && (
        <>
          <div className={classes.fields}>
            <SyncedInput label="Older than" placeholder="30d" {...bind('olderThan')} />
            <SyncedInput label="Not pulled for" placeholder="90d" {...bind('notPulledFor')} />
            <SyncedInput
              label={verb === 'keep' ? 'The newest' : 'Except the newest'}
              placeholder="10"
              inputMode="numeric"
              {...bind(count)}
              onChange={(value) =>
                onChange(value.trim() === '' ? { [count]: '', by: '' } : { [count]: value })
              }
            />
            <Select
              label="Newest by"
              data={choices(rankings, rankingLabels)}
              value={fields.by ?? 'pushed'}
              error={errorAt('by')}
              disabled={fields[count] === undefined}
              allowDeselect={false}
              onChange={(by) => onChange({ by: by ?? '' })}
            />
          </div>
          <MoreFields isOpenAtFirst={more.some((field) => fields[field] !== undefined)}>
            {more.map((field) => (
              <SyncedInput key={field} {...moreLabels[field]} {...bind(field)} />
            ))}
          </MoreFields>
        </>
      )}
      {(['newest', 'exceptNewest'] as const)
        .filter((field) => fields[field] !== undefined && !isKnownTo(verb, field))
        .map((field) => (
          <Text key={field} size="sm" c="var(--mantine-color-error)">
            {errorAt(field)}
          </Text>
        ))}
    </>
  )
}

interface MoreFieldsProps {
  readonly isOpenAtFirst: boolean
  readonly children: ReactNode
}

function MoreFields({ isOpenAtFirst, children }: MoreFieldsProps) {
  const [isOpen, setOpen] = useState(isOpenAtFirst)
  return (
    <div>
      <UnstyledButton
        className={classes.more}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <IconChevronRight size={14} className={classes.chevron} aria-hidden />
        More conditions
      </UnstyledButton>
      {isOpen && <div className={classes.fields}>{children}</div>}
    </div>
  )
}
