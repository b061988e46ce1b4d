import type { FailedRun, Saving } from '#contract/jobs/garbage-collection.ts'
import type { RunMarkKind } from '#web/entities/jobs/run-mark.tsx'
import type { Period } from './savings-range.ts'
import type { Split } from './savings-series.ts'

/** What the server says of collections. */
export interface SavingsData {
  readonly savings: readonly Saving[]
  readonly failedRuns: readonly FailedRun[]
}

export type BarSize = 'run' | 'day' | 'week' | 'month'

/** One place on the time axis: a run, or all runs of a day, a week or a month. */
export interface SavingsBar extends Period {
  readonly size: BarSize
  readonly savings: readonly Saving[]
  readonly failedRuns: readonly FailedRun[]
  readonly runCount: number
  /** How many of them ended so. */
  readonly marked: Readonly<Record<RunMarkKind, number>>
  readonly bytesFreed: number
  readonly bytesByKey: Readonly<Record<string, number>>
  /** Freed since the first bar, including this one. */
  readonly cumulativeBytes: number
}

/** With more bars than this, a person cannot tell them apart on a screen. */
const mostBars = 75

const dayMs = 24 * 60 * 60 * 1000

/** Where the bar of an instant begins and ends, in the reader's time zone. Weeks begin on Monday. */
function placeOf(ms: number, size: Exclude<BarSize, 'run'>): Period {
  const at = new Date(ms)
  const [year, month, day] = [at.getFullYear(), at.getMonth(), at.getDate()]
  const monday = day - ((at.getDay() + 6) % 7)
  const [from, to] = {
    day: [new Date(year, month, day), new Date(year, month, day + 1)],
    week: [new Date(year, month, monday), new Date(year, month, monday + 7)],
    month: [new Date(year, month, 1), new Date(year, month + 1, 1)],
  }[size]
  return { fromMs: from?.getTime() ?? ms, toMs: to?.getTime() ?? ms }
}

type Run = Saving | FailedRun

export const isSaving = (run: Run): run is Saving => 'bytesFreed' in run

/** As the history has it; null: it did what it was to do. */
function markOf(run: Run): RunMarkKind | null {
  if (!isSaving(run) || run.status === 'errored') return 'failed'
  if (run.status === 'canceled') return 'stopped'
  if (run.endedBy === 'time limit') return 'timeLimit'
  return run.failures > 0 ? 'partlyFailed' : null
}

function markedOf(runs: readonly Run[]): SavingsBar['marked'] {
  const marked = { failed: 0, partlyFailed: 0, stopped: 0, timeLimit: 0 }
  for (const mark of runs.map(markOf)) if (mark !== null) marked[mark] += 1
  return marked
}

const startOf = ({ startedAt }: Run): number => Date.parse(startedAt)

/** The runs of a period, oldest first. */
function runsIn({ savings, failedRuns }: SavingsData, { fromMs, toMs }: Period): readonly Run[] {
  return [...savings, ...failedRuns]
    .filter((run) => startOf(run) >= fromMs && startOf(run) <= toMs)
    .toSorted((one, other) => startOf(one) - startOf(other))
}

/** The finest bars that can be told apart: each run, or those of a day, a week or a month. */
function sizeFor(runs: readonly Run[], { fromMs, toMs }: Period): BarSize {
  if (runs.length <= mostBars) return 'run'
  const days = (toMs - fromMs) / dayMs
  if (days <= mostBars) return 'day'
  return days / 7 <= mostBars ? 'week' : 'month'
}

export interface SavingsBars {
  readonly size: BarSize
  /** Oldest first; a place without runs has none. */
  readonly bars: readonly SavingsBar[]
  readonly savings: readonly Saving[]
  readonly runCount: number
  readonly bytesFreed: number
}

/** The bars of a period. */
export function barsOf(data: SavingsData, period: Period, split: Split): SavingsBars {
  const runs = runsIn(data, period)
  const size = sizeFor(runs, period)
  const groups = new Map<string, Period & { readonly runs: Run[] }>()
  for (const run of runs) {
    const place =
      size === 'run'
        ? { fromMs: startOf(run), toMs: Date.parse(run.finishedAt) }
        : placeOf(startOf(run), size)
    const key = size === 'run' ? run.jobID : String(place.fromMs)
    const group = groups.get(key)
    if (group) group.runs.push(run)
    else groups.set(key, { ...place, runs: [run] })
  }
  let cumulativeBytes = 0
  const bars = [...groups.values()].map(({ fromMs, toMs, runs: members }): SavingsBar => {
    const savings = members.filter(isSaving)
    const bytesByKey: Record<string, number> = {}
    let bytesFreed = 0
    for (const saving of savings) {
      bytesFreed += saving.bytesFreed
      for (const [key, bytes] of Object.entries(split.bytesOf(saving))) {
        bytesByKey[key] = (bytesByKey[key] ?? 0) + bytes
      }
    }
    cumulativeBytes += bytesFreed
    const failedRuns = members.filter((run) => !isSaving(run))
    return {
      fromMs,
      toMs,
      size,
      savings,
      failedRuns,
      runCount: members.length,
      marked: markedOf(members),
      bytesFreed,
      bytesByKey,
      cumulativeBytes,
    }
  })
  return {
    size,
    bars,
    savings: runs.filter(isSaving),
    runCount: runs.length,
    bytesFreed: cumulativeBytes,
  }
}

/** The only run of a bar; null: it stands for several. */
export const onlyRunOf = ({ savings, failedRuns, runCount }: SavingsBar) =>
  runCount === 1 ? (savings[0] ?? failedRuns[0] ?? null) : null
