import { Button } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { IconButton } from '#web/components/layout/icon-button.tsx'
import { SuggestInput } from '#web/components/form/suggest-input.tsx'
import { useScopeSuggestions } from '#web/entities/repository-names.ts'
import classes from './access-tokens.module.css'

interface ScopeLinesProps {
  readonly scopes: readonly string[]
  readonly mistakes: readonly ReactNode[]
  readonly onChange: (scopes: readonly string[]) => void
}

/** Namespaces and repositories, one per line. */
export function ScopeLines({ scopes, mistakes, onChange }: ScopeLinesProps) {
  const [hasAdded, setAdded] = useState(false)
  const suggestions = useScopeSuggestions()
  return (
    <div>
      <ul className={classes.lines}>
        {scopes.map((scope, at) => (
          // A line has only its position: two may be equal while the person types.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={at} className={classes.line}>
            <SuggestInput
              aria-label={`Namespace or repository ${at + 1}`}
              placeholder="team or team/app"
              suggestions={suggestions}
              // A line that was just added takes the focus.
              ref={(input) => {
                if (hasAdded && at === scopes.length - 1 && scope === '') input?.focus()
              }}
              value={scope}
              error={mistakes[at]}
              onChange={(value) =>
                onChange(scopes.map((other, place) => (place === at ? value.trim() : other)))
              }
            />
            {scopes.length > 1 && (
              <IconButton
                className={classes.remove}
                aria-label={`Remove ${scope || 'the empty line'}`}
                title="Remove"
                onClick={() => {
                  setAdded(false)
                  onChange(scopes.filter((_, place) => place !== at))
                }}
              >
                <IconX size={16} aria-hidden />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      <Button
        mt="xs"
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={15} aria-hidden />}
        onClick={() => {
          setAdded(true)
          onChange([...scopes, ''])
        }}
      >
        Add another
      </Button>
    </div>
  )
}
