import { Alert, List } from '@mantine/core'
import { messageOf } from '#web/api/api-error.ts'
import { countOf } from '#web/components/text/count-of.ts'
import type { DeletionOutcome } from './run-deletion.ts'

type Failure = Extract<DeletionOutcome, { isDone: false }>

/** What could not be deleted, each with its reason. */
export function FailureList({ failures }: { failures: readonly Failure[] }) {
  return (
    <Alert
      color="red"
      role="alert"
      title={`${countOf(failures.length, 'deletion')} failed. What failed is still selected.`}
    >
      <List size="sm">
        {failures.map(({ step, error }) => (
          <List.Item key={step.reference}>
            <b>{step.tags.join(', ')}</b>: {messageOf(error)}
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}
