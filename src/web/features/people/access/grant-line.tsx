import { accessLevels } from '#domain/access/access-level.ts'
import { IconX } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { SelectField } from '#web/components/form/select-field.tsx'
import { SuggestInput } from '#web/components/form/suggest-input.tsx'
import { IconButton } from '#web/components/layout/icon-button.tsx'
import type { GrantDraft } from './access-draft.ts'
import { accessLabels } from '#web/entities/access-labels.ts'
import classes from '../people.module.css'

interface GrantLineProps {
  readonly line: GrantDraft
  readonly suggestions: readonly string[]
  /** The line was just added and takes the focus. */
  readonly hasFocus: boolean
  readonly mistake: string | null
  /** The broader scope that this one is an exception to. */
  readonly narrows: string | null
  /** Only reading can be granted, so there is no level to choose. */
  readonly isReading: boolean
  readonly onChange: (line: GrantDraft) => void
  readonly onRemove: () => void
}

export function GrantLine({
  line,
  suggestions,
  hasFocus,
  mistake,
  narrows,
  isReading,
  onChange,
  onRemove,
}: GrantLineProps) {
  const input = useRef<HTMLInputElement>(null)
  const what = line.scope || 'the new line'
  useEffect(() => {
    if (hasFocus) input.current?.focus()
  }, [hasFocus])
  return (
    <li className={isReading ? classes.readingGrant : classes.grant}>
      <SuggestInput
        ref={input}
        aria-label="Namespace or repository"
        placeholder="team or team/app"
        suggestions={suggestions}
        value={line.scope}
        error={mistake}
        onChange={(scope) => onChange({ ...line, scope: scope.trim() })}
      />
      {!isReading && (
        <SelectField
          className={classes.level}
          aria-label={`Access to ${what}`}
          value={line.accessLevel}
          data={accessLevels.map((value) => ({ value, label: accessLabels[value] }))}
          onChange={(value) =>
            onChange({
              ...line,
              accessLevel: accessLevels.find((level) => level === value) ?? line.accessLevel,
            })
          }
        />
      )}
      <IconButton
        className={classes.remove}
        aria-label={`Remove the access to ${what}`}
        title="Remove"
        onClick={onRemove}
      >
        <IconX size={16} aria-hidden />
      </IconButton>
      {narrows && <p className={classes.scopeNote}>Counts instead of the access to {narrows}.</p>}
    </li>
  )
}
