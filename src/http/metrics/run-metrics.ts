import { removalCauses } from '#domain/collection/removal-cause.ts'
import type { DomainEvents } from '#services/activity/domain-events.ts'
import type { CollectionJob } from '#services/jobs/kinds/collection/collection-codec.ts'
import { lastCollections } from '#services/jobs/kinds/collection/collection-history.ts'
import type { Collections } from '#services/jobs/kinds/collection/start-collection.ts'
import type { RunningGuard } from '#services/retention/running/running-guard.ts'
import { lastRetention } from '#services/jobs/kinds/retention/retention-history.ts'
import type { Reclaimable } from '#services/garbage-collection/reclaimable.ts'
import type { KnownWholeness, Wholeness } from '#services/garbage-collection/wholeness.ts'
import type { Jobs } from '#state/jobs.ts'
import { createCounter } from './counter.ts'
import { gauge, type MetricFamily } from './exposition.ts'
import { createHistogram } from './histogram.ts'

export interface WhatIsKnown {
  readonly reclaimable: Pick<Reclaimable, 'lastAmounts'>
  readonly wholeness: Pick<Wholeness, 'found'>
  readonly running: Pick<RunningGuard, 'look'>
}

export interface RunMetrics {
  families(): Promise<readonly MetricFamily[]>
}

/** How many runs back to look for the last one that ended well. */
const runsToLookAt = 20

const seconds = (milliseconds: number): number => milliseconds / 1000

/**
 * Runs: those of this process are counted as they end; what the last one left comes from the
 * history, so that it is known after a restart too. Never reads the storage.
 */
export function createRunMetrics(
  collections: Pick<Collections, 'runningJob'>,
  events: DomainEvents,
  { reclaimable, wholeness }: WhatIsKnown,
  jobs: Jobs,
): RunMetrics {
  const runs = createCounter({
    name: 'jetsam_collections_total',
    help: 'Collections that ended, by how and by what started them.',
  })
  const durations = createHistogram({
    name: 'jetsam_collection_duration_seconds',
    help: 'How long collections took; dry runs are not among them.',
    upperBounds: [1, 5, 15, 60, 300, 900, 3600],
  })
  const freed = createCounter({
    name: 'jetsam_collection_freed_bytes_total',
    help: 'Bytes that collections freed, by why what they removed had to go.',
    from: removalCauses.map((cause) => ({ cause })),
  })
  const failures = createCounter({
    name: 'jetsam_collection_failures_total',
    help: 'What collections could not remove.',
    from: [{}],
  })

  events.subscribe(['collection finished'], ({ data: { status, run } }) => {
    // A run of an earlier process, which was killed.
    if (run === undefined) return
    runs.add({ status, trigger: run.trigger, dry_run: String(run.dryRun) })
    if (run.dryRun) return
    if (run.tookMs !== null) durations.observe({}, seconds(Math.max(0, run.tookMs)))
    for (const [cause, bytes] of Object.entries(run.freedBytesByCause)) freed.add({ cause }, bytes)
    failures.add({}, run.failures)
  })

  return {
    async families() {
      const ended = await lastCollections(jobs, runsToLookAt)
      return [
        runs.family(),
        durations.family(),
        freed.family(),
        failures.family(),
        gauge(
          'jetsam_collection_running',
          'Whether a collection runs now; a dry run is one too.',
          collections.runningJob() === null ? 0 : 1,
        ),
        ...lastRuns(ended),
        gauge(
          'jetsam_retention_waiting',
          'Tags and untagged images that the last run of the rules left for approval.',
          (await lastRetention(jobs))?.result?.waiting ?? 0,
        ),
        ...lastChecks(await wholeness.found()),
        ...amounts(ended, reclaimable.lastAmounts()),
      ]
    },
  }
}

function lastRuns(ended: readonly CollectionJob[]): readonly MetricFamily[] {
  const succeeded = ended.find(({ status }) => status === 'done')
  return [
    gauge(
      'jetsam_collection_last_success_timestamp_seconds',
      'When the last collection that was not stopped and did not fail ended.',
      succeeded?.finishedAtMs ? seconds(succeeded.finishedAtMs) : null,
    ),
  ]
}

const lastChecks = ({ last, brokenCount }: KnownWholeness): readonly MetricFamily[] => [
  gauge(
    'jetsam_broken_tags',
    'Tags that the last verification, or the last one of every byte, found not to be whole.',
    last && brokenCount,
  ),
  gauge(
    'jetsam_unread_places',
    'Places that the last verification could not read, with any number of tags.',
    last && (last.unread?.length ?? 0),
  ),
]

interface Amounts {
  readonly asOfMs: number
  readonly reclaimableBytes: number
  readonly storedBytes: number
}

function amountsAfter(job: CollectionJob): Amounts | null {
  if (!job.result || job.finishedAtMs === null) return null
  const { storedBytes, planned, removed } = job.result
  return {
    asOfMs: job.finishedAtMs,
    reclaimableBytes: Math.max(0, planned.bytes - removed.bytes),
    storedBytes: storedBytes - removed.bytes,
  }
}

/** The newer of two: what a run left, or what the dashboard computed. */
function amounts(ended: readonly CollectionJob[], known: Amounts | null): readonly MetricFamily[] {
  const all = [known, ...ended.map(amountsAfter)].filter((one) => one !== null)
  const newest = all.toSorted((one, other) => other.asOfMs - one.asOfMs)[0] ?? null
  return [
    gauge(
      'jetsam_reclaimable_bytes',
      'Bytes that a collection would free, as last computed.',
      newest && newest.reclaimableBytes,
    ),
    gauge(
      'jetsam_stored_bytes',
      'Bytes of all blobs, as last computed.',
      newest?.storedBytes ?? null,
    ),
    gauge(
      'jetsam_amounts_computed_timestamp_seconds',
      'When reclaimable and stored bytes were last computed.',
      newest && seconds(newest.asOfMs),
    ),
  ]
}
