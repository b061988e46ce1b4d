import type { RetentionJob } from '#contract/rules/retention-runs.ts'
import { Alert, Anchor } from '@mantine/core'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { outcomeColors } from '#web/entities/jobs/run-status.tsx'
import { outcomeOf } from './run-words.ts'

interface CleaningEndProps {
  readonly job: RetentionJob
  /** Shown on pages other than the run's own. */
  readonly hasLink?: boolean
}

/** The result of a run in words, and where what it took is now. */
export function CleaningEnd({ job, hasLink = false }: CleaningEndProps) {
  const { label, tone, sentence } = outcomeOf(job)
  return (
    <Alert
      variant="outline"
      color={outcomeColors[tone]}
      title={`The run has ended: ${label}`}
      role="status"
    >
      {sentence}{' '}
      {(job.result?.removed ?? 0) > 0 && (
        <>
          <Anchor component={Link} to={paths.trash} inherit underline="always">
            See the trash
          </Anchor>{' '}
        </>
      )}
      {hasLink && (
        <Anchor component={Link} to={paths.cleaningRun(job.id)} inherit underline="always">
          See the run
        </Anchor>
      )}
    </Alert>
  )
}
