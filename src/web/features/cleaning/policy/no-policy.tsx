import { Button } from '@mantine/core'
import { IconEraser } from '@tabler/icons-react'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { registryScope } from '../scope.ts'
import classes from './no-policy.module.css'
import { policyTemplates } from './templates.ts'

interface NoPolicyProps {
  readonly scope: string
  readonly canEdit: boolean
  /** Opens the editor with the text of a template; null: with nothing. */
  readonly onStart: (template: string | null) => void
}

/** Nothing is cleaned by rule here: what could be, and templates to start from. */
export function NoPolicy({ scope, canEdit, onStart }: NoPolicyProps) {
  return (
    <EmptyState
      title="No policy yet"
      icon={<IconEraser size={28} stroke={1.5} />}
      actions={
        canEdit && (
          <Button variant="default" onClick={() => onStart(null)}>
            Start from scratch
          </Button>
        )
      }
    >
      <p>
        {scope === registryScope
          ? 'Nothing is removed by rule, except where a namespace or a repository has its own policy.'
          : 'Nothing is removed by rule here: neither this nor a wider scope has a policy.'}{' '}
        {canEdit
          ? 'Start from a template; nothing is in force until you save it, and you can preview it first.'
          : scope === registryScope
            ? 'Only administrators can write one.'
            : 'Only those with admin access to it can write one.'}
      </p>
      {canEdit && (
        <ul className={classes.templates} aria-label="Templates">
          {policyTemplates.map(({ title, description, text }) => (
            <li key={title}>
              <button type="button" className={classes.template} onClick={() => onStart(text)}>
                <b>{title}</b>
                <span>{description}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </EmptyState>
  )
}
