import type { WireSchedule } from '#contract/jobs/garbage-collection.ts'
import { SimpleGrid, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { asSentence } from '#web/api/api-error.ts'
import { paths } from '#web/api/page-paths.ts'
import { AsOf } from '#web/entities/as-of.tsx'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { countOf } from '#web/components/text/count-of.ts'
import { formatDuration } from '#web/components/text/format-time.ts'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { useNow } from '#web/components/text/use-now.ts'
import { isNothing, nothingToCollect } from '../plan/amounts.ts'
import { CauseList } from '../plan/cause-list.tsx'
import { FigureCard } from './figure-card.tsx'
import { describeSoon, isLocalUtc } from '#web/components/text/instants.ts'
import { ReasonWithDetail } from '../reason-detail.tsx'
import { lastSavingsQuery, reclaimableQuery, scheduleQuery } from '../queries.ts'
import classes from './now-cards.module.css'
import { StatusCard } from './status-card.tsx'

/** What could be freed, what was freed, when the next collection starts, and the current state. */
export function NowCards() {
  return (
    <SimpleGrid
      cols={{ base: 2, lg: 4 }}
      spacing={{ base: 'xs', xs: 'md' }}
      className={classes.cards}
    >
      <ReclaimableCard />
      <LastSavingsCard />
      <NextRunCard />
      <StatusCard />
    </SimpleGrid>
  )
}

function ReclaimableCard() {
  const { data, error } = useQuery(reclaimableQuery)
  if (!data) return <FigureCard label="Reclaimable" error={error} />
  if (data.error !== null) {
    return (
      <FigureCard label="Reclaimable" figure="Unknown" tone="bad">
        A collection would refuse to run, and delete nothing.{' '}
        <ReasonWithDetail reason={data.error} />
      </FigureCard>
    )
  }
  return (
    <FigureCard
      label="Reclaimable"
      figure={<ByteSize bytes={data.reclaimable.bytes} />}
      tone={isNothing(data.reclaimable) ? 'plain' : 'freed'}
    >
      {isNothing(data.reclaimable) ? (
        inUse(data.tagCount, data.storedBytes)
      ) : (
        <CauseList amounts={data.byCause} />
      )}
      <AsOf answer={data} />
    </FigureCard>
  )
}

const inUse = (tagCount: number, storedBytes: number): string =>
  storedBytes === 0 ? 'Nothing is stored yet.' : nothingToCollect(tagCount, storedBytes)

function LastSavingsCard() {
  const { data, error } = useQuery(lastSavingsQuery)
  if (data === undefined) return <FigureCard label="Last savings" error={error} />
  if (data === null) {
    return (
      <FigureCard label="Last savings" figure="None yet">
        No collection has run.
      </FigureCard>
    )
  }
  const tookMs = Date.parse(data.finishedAt) - Date.parse(data.startedAt)
  return (
    <FigureCard label="Last savings" figure={<ByteSize bytes={data.bytesFreed} />}>
      {countOf(data.layersRemoved, 'layer')} · {formatDuration(tookMs)} ·{' '}
      <RelativeTime at={data.finishedAt} to={paths.collectionRun(data.jobID)} />
    </FigureCard>
  )
}

/** Which scheduled runs did not start, and the reason, as far as it is known. */
function MissedRun({ missed }: { readonly missed: NonNullable<WireSchedule['missed']> }) {
  const nowMs = useNow()
  const at = (instant: string) => `${describeSoon(Date.parse(instant), nowMs, 'UTC')} UTC`
  const others = missed.count === 1 ? '' : ` (${missed.count} in a row)`
  return (
    <Text mt={4} size="inherit" c="var(--mantine-color-error)">
      {`The run of ${at(missed.dueAt)} did not start${others}: `}
      {missed.cause === 'refused'
        ? asSentence(missed.message ?? 'it was refused')
        : missed.cause === 'held up'
          ? `the server was held up from ${at(missed.since)} to ${at(missed.until)} — paused, asleep or too busy.`
          : `no server was running from ${at(missed.since)} to ${at(missed.until)}.`}
    </Text>
  )
}

function NextRunCard() {
  const { data, error } = useQuery(scheduleQuery)
  const nowMs = useNow()
  if (!data) return <FigureCard label="Next run" error={error} />
  const [next] = data.nextRuns
  if (next === undefined) {
    return (
      <FigureCard label="Next run" figure="Never">
        No schedule: collections start only by hand.
      </FigureCard>
    )
  }
  const nextMs = Date.parse(next)
  const { missed } = data
  return (
    <FigureCard label="Next run" figure={<RelativeTime at={next} />}>
      {describeSoon(nextMs, nowMs, 'UTC')} UTC
      {!isLocalUtc() && (
        <>
          <br />
          {describeSoon(nextMs, nowMs)} here
        </>
      )}
      {missed && <MissedRun missed={missed} />}
    </FigureCard>
  )
}
