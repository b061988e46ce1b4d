import type { Job } from '#contract/collection-jobs.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { Anchor } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { isUnreachable } from '#web/api/api-error.ts'
import { paths } from '#web/api/page-paths.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { isNothing } from '../plan/amounts.ts'
import { FigureCard } from './figure-card.tsx'
import { LeftoverNote } from './leftover-note.tsx'
import { historyQuery, reclaimableQuery } from '../queries.ts'
import { isOver, runningJobQuery } from '../run-queries.ts'
import { outcomeOf } from '../run/run-outcome.ts'

/** Whether a collection runs, how the last one ended, and whether every tag is whole. */
export function StatusCard() {
  const { data: running, error } = useQuery(runningJobQuery)
  const { data: history } = useInfiniteQuery(historyQuery)
  if (running === undefined) return <FigureCard label="Status" error={error} />
  if (running !== null) return <RunningStatus job={running} isStale={isUnreachable(error)} />
  const last = history?.pages[0]?.data.jobs.find((job) => isOver(job) && !job.dryRun)
  if (last === undefined) return <IdleStatus />
  const { tone } = outcomeOf(last)
  if (tone === 'bad') return <FailedStatus job={last} />
  return tone === 'warning' ? <UnfinishedStatus job={last} /> : <IdleStatus />
}

function RunningStatus({ job, isStale }: { readonly job: Job; readonly isStale: boolean }) {
  const figure = job.stopping ? 'Stopping' : job.dryRun ? 'Planning' : 'Running'
  return (
    <FigureCard label="Status" figure={figure} tone="busy">
      {isStale
        ? 'The server cannot be reached just now; the run goes on.'
        : job.startedAt && (
            <>
              Started <RelativeTime at={job.startedAt} />
            </>
          )}
    </FigureCard>
  )
}

function FailedStatus({ job }: { readonly job: Job }) {
  return (
    <FigureCard label="Status" figure="Last run failed" tone="bad">
      {outcomeOf(job).sentence} <SeeRun job={job} />
    </FigureCard>
  )
}

/** Stopped early, out of time or partly failed: what is left, and when the next run takes it. */
function UnfinishedStatus({ job }: { readonly job: Job }) {
  const { label } = outcomeOf(job)
  const left = job.result?.left
  return (
    <FigureCard label="Status" figure={label.charAt(0).toUpperCase() + label.slice(1)} tone="freed">
      {left && !isNothing(left) ? (
        <>
          {formatByteSize(left.bytes)} left. <LeftoverNote job={job} />{' '}
        </>
      ) : null}
      <SeeRun job={job} />
    </FigureCard>
  )
}

const SeeRun = ({ job }: { readonly job: Job }) => (
  <Anchor component={Link} to={paths.collectionRun(job.id)} inherit underline="always">
    See the run
  </Anchor>
)

function IdleStatus() {
  const verification = useQuery(reclaimableQuery).data?.verification
  if (!verification) {
    return (
      <FigureCard label="Status" figure="Idle" tone="good">
        Every tag is verified after a run.
      </FigureCard>
    )
  }
  const { tags, wholeTags, unread, at } = verification
  const isGood = wholeTags === tags && unread === 0
  return (
    <FigureCard
      label="Status"
      figure={
        isGood
          ? 'Idle'
          : wholeTags === tags
            ? `${unread} unreadable`
            : countOf(tags - wholeTags, 'broken tag')
      }
      tone={isGood ? 'good' : 'bad'}
    >
      {wholeTags} of {countOf(tags, 'tag')} verified <RelativeTime at={at} />
      {unread > 0 && `; what cannot be read may hold more: ${unread}`}
    </FigureCard>
  )
}
