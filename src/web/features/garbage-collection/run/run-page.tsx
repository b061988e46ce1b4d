import type { Job } from '#contract/jobs/collection-jobs.ts'
import { Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { useSession } from '#web/api/session-context.ts'
import { formatDuration } from '#web/components/text/format-time.ts'
import { PageTitle } from '#web/components/layout/page-title.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import classes from '../garbage-collection-page.module.css'
import { describeHere } from '#web/components/text/instants.ts'
import { Panel } from '#web/components/layout/panel.tsx'
import { isOver } from '#web/entities/jobs/job-state.ts'
import { jobQuery } from '../run-queries.ts'
import { LoadedJob } from '#web/entities/jobs/loaded-job.tsx'
import { RunEnd } from './run-end.tsx'
import { RunLog } from '#web/entities/jobs/run-log.tsx'
import { startedBy } from './run-outcome.ts'
import { RunProgress } from './run-progress.tsx'
import { RunResult } from './run-result.tsx'
import '../styles.ts'

/** One run: its state or result, plan against result, what was removed where, and its log. */
export function RunPage() {
  const { jobId = '' } = useParams()
  return (
    <LoadedJob query={useQuery(jobQuery(jobId))} title="Run">
      {(job) => <Run job={job} />}
    </LoadedJob>
  )
}

function Run({ job }: { readonly job: Job }) {
  const { isAdmin, name } = useSession()
  const { startedAt, finishedAt, dryRun, result } = job
  const atMs = Date.parse(startedAt ?? job.scheduledAt ?? job.lastUpdated)
  return (
    <>
      <PageTitle
        title={`${dryRun ? 'Preview' : 'Run'} of ${describeHere(atMs)}`}
        description={
          <>
            Started by {startedBy(job)} <RelativeTime at={new Date(atMs).toISOString()} />
            {startedAt &&
              finishedAt &&
              `, took ${formatDuration(Date.parse(finishedAt) - Date.parse(startedAt))}`}
            {result && !dryRun && `; ${keptOut(result.gateClosedMs)}`}
          </>
        }
        actions={
          dryRun && isAdmin && isOver(job) ? (
            <Button
              component={Link}
              variant="default"
              to={`${paths.garbageCollection}?preview=${encodeURIComponent(job.id)}`}
            >
              Open the plan
            </Button>
          ) : undefined
        }
      />
      <div className={classes.parts}>
        {isOver(job) ? (
          <RunEnd job={job} />
        ) : (
          <Panel title="Progress">
            <RunProgress job={job} isAdmin={isAdmin} viewer={name} />
          </Panel>
        )}
        {result && <RunResult result={result} />}
        {isAdmin ? (
          <RunLog job={job} />
        ) : (
          <Panel title="Log">
            <Text c="dimmed">Only administrators can read the log: it names every repository.</Text>
          </Panel>
        )}
      </div>
    </>
  )
}

const keptOut = (gateClosedMs: number): string =>
  gateClosedMs === 0
    ? 'pushes went on all the time'
    : `pushes were kept out for ${formatDuration(gateClosedMs)}`
