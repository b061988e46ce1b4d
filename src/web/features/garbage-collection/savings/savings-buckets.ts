import type { Saving } from '#contract/garbage-collection.ts'

/** One bar of the chart: a run, or all runs of a day or a month if there are too many runs. */
export interface SavingsBucket {
  /** The instant at which the bar begins. */
  readonly startedAt: string
  readonly runs: number
  readonly bytesFreed: number
  readonly bytesByCause: Readonly<Record<string, number>>
  /** Freed since the first bar, including this one. */
  readonly cumulativeBytes: number
  /** Stored and reclaimable bytes before the last run of the bar. */
  readonly storedBytes: number
  readonly reclaimableBytes: number
}

export type BucketSize = 'run' | 'day' | 'month'

/** With more bars than this, a person cannot distinguish them on a screen. */
const mostBars = 62

const keyOf: Record<BucketSize, (saving: Saving) => string> = {
  run: ({ jobID }) => jobID,
  day: ({ startedAt }) => startedAt.slice(0, 10),
  month: ({ startedAt }) => startedAt.slice(0, 7),
}

function group(savings: readonly Saving[], size: BucketSize): Saving[][] {
  const groups = new Map<string, Saving[]>()
  for (const saving of savings) {
    const key = keyOf[size](saving)
    const existing = groups.get(key)
    if (existing) existing.push(saving)
    else groups.set(key, [saving])
  }
  return [...groups.values()]
}

/** The finest bars that fit: per run, per UTC day or per UTC month; oldest first. */
export function bucketSavings(savings: readonly Saving[]): {
  readonly size: BucketSize
  readonly buckets: readonly SavingsBucket[]
} {
  const sorted = savings.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))
  const size =
    (['run', 'day'] as const).find((each) => group(sorted, each).length <= mostBars) ?? 'month'
  let cumulativeBytes = 0
  const buckets = group(sorted, size).map((members): SavingsBucket => {
    const bytesByCause: Record<string, number> = {}
    let bytesFreed = 0
    for (const saving of members) {
      bytesFreed += saving.bytesFreed
      for (const [cause, { bytes }] of Object.entries(saving.byCause)) {
        bytesByCause[cause] = (bytesByCause[cause] ?? 0) + bytes
      }
    }
    cumulativeBytes += bytesFreed
    const last = members.at(-1)
    return {
      startedAt: members[0]?.startedAt ?? '',
      runs: members.length,
      bytesFreed,
      bytesByCause,
      cumulativeBytes,
      storedBytes: last?.storedBytes ?? 0,
      reclaimableBytes: last?.reclaimableBytes ?? 0,
    }
  })
  return { size, buckets }
}
