import type { Job } from '#contract/jobs/collection-jobs.ts'
import { Alert, Anchor } from '@mantine/core'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { LeftoverNote } from '../now/leftover-note.tsx'
import { hasDetail } from '../plain-reason.ts'
import { Detail } from '../reason-detail.tsx'
import { outcomeColors } from '#web/entities/jobs/run-status.tsx'
import { outcomeOf } from './run-outcome.ts'
import { RunFigures } from './run-figures.tsx'

interface RunEndProps {
  readonly job: Job
  /** Shown on pages other than the run's own. */
  readonly hasLink?: boolean
}

/** The result of a run, compared with its plan. */
export function RunEnd({ job, hasLink = false }: RunEndProps) {
  const { label, tone, sentence } = outcomeOf(job)
  return (
    <Alert
      variant="outline"
      color={outcomeColors[tone]}
      title={`The run has ended: ${label}`}
      role="status"
    >
      {sentence} <LeftoverNote job={job} />{' '}
      {hasLink && (
        <Anchor component={Link} to={paths.collectionRun(job.id)} inherit underline="always">
          See the run
        </Anchor>
      )}
      {job.error !== null && hasDetail(job.error) && <Detail reason={job.error} />}
      {job.result && <RunFigures result={job.result} />}
    </Alert>
  )
}
