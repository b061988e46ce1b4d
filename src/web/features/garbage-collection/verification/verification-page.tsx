import type { VerificationJob } from '#contract/jobs/jobs.ts'
import type { RequestedVerification } from '#contract/jobs/verification.ts'
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { useSession } from '#web/api/session-context.ts'
import { PageTitle } from '#web/components/layout/page-title.tsx'
import { formatDuration } from '#web/components/text/format-time.ts'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import classes from '../garbage-collection-page.module.css'
import { describeHere } from '#web/components/text/instants.ts'
import { Panel } from '#web/components/layout/panel.tsx'
import { LoadedJob } from '#web/entities/jobs/loaded-job.tsx'
import { RunLog } from '#web/entities/jobs/run-log.tsx'
import { startedBy } from '../run/run-outcome.ts'
import '../styles.ts'
import { verificationJobQuery } from './verification-calls.ts'
import { VerificationState } from './verification-state.tsx'

/** One verification: its progress or what it found, and its log. */
export function VerificationPage() {
  const { isAdmin } = useSession()
  const { verificationId = '' } = useParams()
  if (isAdmin) return <OneVerification id={verificationId} />
  return (
    <>
      <PageTitle title="Verification" />
      <Text c="dimmed">Only administrators can read it: it names every repository.</Text>
    </>
  )
}

const OneVerification = ({ id }: { readonly id: string }) => (
  <LoadedJob query={useQuery(verificationJobQuery(id))} title="Verification">
    {(job) => <Verification job={job} />}
  </LoadedJob>
)

function Verification({ job }: { readonly job: VerificationJob }) {
  const { startedAt, finishedAt, lastUpdated } = job
  const at = startedAt ?? lastUpdated
  return (
    <>
      <PageTitle
        title={`Verification of ${describeHere(Date.parse(at))}`}
        description={
          <>
            Started by {startedBy(job)} <RelativeTime at={at} />
            {finishedAt && `, took ${formatDuration(Date.parse(finishedAt) - Date.parse(at))}`}
          </>
        }
      />
      <div className={classes.parts}>
        <Panel title={finishedAt === null ? 'Progress' : 'Result'}>
          <VerificationState verification={requestedOf(job)} />
        </Panel>
        <RunLog job={job} what="verification" />
      </div>
    </>
  )
}

/** As the panel of verifications gets the last one. */
const requestedOf = (job: VerificationJob): RequestedVerification => ({
  full: job.request.full,
  actor: job.actor,
  startedAt: job.startedAt ?? job.lastUpdated,
  finishedAt: job.finishedAt,
  progress: job.progress,
  result: job.result,
  error: job.error,
})
