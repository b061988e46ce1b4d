import type { Job } from '#contract/jobs/collection-jobs.ts'
import type { WireWholeness } from '#contract/jobs/garbage-collection.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { Anchor } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { isUnreachable } from '#web/api/api-error.ts'
import { paths } from '#web/api/page-paths.ts'
import { countOf, formatCount } from '#web/components/text/count-of.ts'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { isNothing } from '../plan/amounts.ts'
import { BrokenTags } from './broken-tags.tsx'
import { FigureCard, type FigureCardProps } from './figure-card.tsx'
import { LeftoverNote } from './leftover-note.tsx'
import { historyQuery } from '../queries.ts'
import { isOver } from '#web/entities/jobs/job-state.ts'
import { runningJobQuery } from '../run-queries.ts'
import { outcomeOf } from '../run/run-outcome.ts'
import { VerifyLine } from '../verification/verify-line.tsx'
import { wholenessQuery } from '../wholeness-query.ts'

/** Whether a collection runs, whether every tag is whole, and how the last run ended. */
export function StatusCard() {
  const { data: running, error } = useQuery(runningJobQuery)
  const { data: history, error: historyError } = useInfiniteQuery(historyQuery)
  const { data: wholeness, error: wholenessError } = useQuery(wholenessQuery)
  if (running === undefined) return <StatusFrame error={error} />
  if (running !== null) return <RunningStatus job={running} isStale={isUnreachable(error)} />
  // Before both are known, nothing may look well.
  if (wholeness === undefined || history === undefined) {
    return <StatusFrame error={wholenessError ?? historyError} />
  }
  const last = history.pages[0]?.data.jobs.find((job) => isOver(job) && !job.dryRun)
  const tone = last && outcomeOf(last).tone
  if (wholeness.brokenCount > 0) {
    return (
      <BrokenStatus
        wholeness={wholeness}
        lastRun={tone === 'bad' || tone === 'warning' ? last : undefined}
      />
    )
  }
  if (last && tone === 'bad') return <FailedStatus job={last} />
  if (wholeness.verification && wholeness.verification.unread > 0) {
    return <UnreadStatus {...wholeness.verification} />
  }
  if (last && tone === 'warning') return <UnfinishedStatus job={last} />
  return <IdleStatus verification={wholeness.verification} />
}

const StatusFrame = (props: Omit<FigureCardProps, 'label' | 'footer'>) => (
  <FigureCard label="Status" footer={<VerifyLine />} {...props} />
)

function RunningStatus({ job, isStale }: { readonly job: Job; readonly isStale: boolean }) {
  const figure = job.stopping ? 'Stopping' : job.dryRun ? 'Planning' : 'Running'
  return (
    <StatusFrame figure={figure} tone="busy">
      {isStale
        ? 'The server cannot be reached just now; the run goes on.'
        : job.startedAt && (
            <>
              Started <RelativeTime at={job.startedAt} />
            </>
          )}
    </StatusFrame>
  )
}

function FailedStatus({ job }: { readonly job: Job }) {
  return (
    <StatusFrame figure="Last run failed" tone="bad">
      {outcomeOf(job).sentence} <SeeRun job={job} />
    </StatusFrame>
  )
}

/** Stopped early, out of time or partly failed: what is left, and when the next run takes it. */
function UnfinishedStatus({ job }: { readonly job: Job }) {
  const { label } = outcomeOf(job)
  const left = job.result?.left
  return (
    <StatusFrame figure={label.charAt(0).toUpperCase() + label.slice(1)} tone="freed">
      {left && !isNothing(left) ? (
        <>
          {formatByteSize(left.bytes)} left. <LeftoverNote job={job} />{' '}
        </>
      ) : null}
      <SeeRun job={job} />
    </StatusFrame>
  )
}

const SeeRun = ({ job }: { readonly job: Job }) => (
  <Anchor component={Link} to={paths.collectionRun(job.id)} inherit underline="always">
    See the run
  </Anchor>
)

interface BrokenStatusProps {
  readonly wholeness: WireWholeness
  /** The last run, if it did not end well either. */
  readonly lastRun: Job | undefined
}

function BrokenStatus({ wholeness, lastRun }: BrokenStatusProps) {
  return (
    <StatusFrame figure={countOf(wholeness.brokenCount, 'broken tag')} tone="bad">
      {wholeness.verification && <Checked {...wholeness.verification} />}
      <BrokenTags {...wholeness} />
      {lastRun && (
        <>
          Last run: {outcomeOf(lastRun).label}. <SeeRun job={lastRun} />
        </>
      )}
    </StatusFrame>
  )
}

type Verified = NonNullable<WireWholeness['verification']>

function UnreadStatus(verification: Verified) {
  return (
    <StatusFrame figure={`${formatCount(verification.unread)} unreadable`} tone="bad">
      <Checked {...verification} />; what can’t be read may hold more tags.
    </StatusFrame>
  )
}

/** `17 of 17 tags whole, checked 2 h ago` */
const Checked = ({ tags, wholeTags, at }: Verified) => (
  <>
    {formatCount(wholeTags)} of {countOf(tags, 'tag')} whole, checked <RelativeTime at={at} />
  </>
)

function IdleStatus({ verification }: Pick<WireWholeness, 'verification'>) {
  if (verification === null) {
    return (
      <StatusFrame figure="Not verified yet">Each run verifies every tag at its end.</StatusFrame>
    )
  }
  const wereBroken = verification.tags - verification.wholeTags
  return wereBroken === 0 ? (
    <StatusFrame figure="Idle" tone="good">
      <Checked {...verification} />
    </StatusFrame>
  ) : (
    <StatusFrame figure="Verify again">
      <Checked {...verification} />. What was broken has been deleted or replaced since.
    </StatusFrame>
  )
}
