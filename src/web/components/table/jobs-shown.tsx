import { Button, Group, Text } from '@mantine/core'
import type { ListRows } from './list-rows.ts'
import { countOf } from '../text/count-of.ts'

interface JobsShownProps {
  readonly list: Pick<ListRows<unknown>, 'rows' | 'totalCount' | 'next'>
  /** What each job is: "run". */
  readonly what: string
  /** What the button says. */
  readonly more?: string
}

/** Below a list of jobs: how many of them it shows, and a button for older ones. */
export function JobsShown({ list, what, more = `Show older ${what}s` }: JobsShownProps) {
  const { rows, totalCount, next } = list
  return (
    <Group justify="space-between" mt="xs">
      <Text size="sm" c="dimmed">
        {totalCount === null || totalCount === rows.length
          ? countOf(rows.length, what)
          : `${rows.length} of ${countOf(totalCount, what)}`}
      </Text>
      {next && !next.hasFailed && (
        <Button variant="default" size="xs" loading={next.isLoading} onClick={next.load}>
          {more}
        </Button>
      )}
    </Group>
  )
}
