import type { Schedule } from '#domain/schedule/cron-expression.ts'
import { nextRuns } from '#domain/schedule/next-runs.ts'

export interface DueRuns {
  /** The run to start, which was due now or a moment ago; null: none. */
  readonly freshMs: number | null
  /** Due too long ago to start now; at most the first hundred. */
  readonly missedMs: readonly number[]
  /** The instant up to which the schedule is checked after this. */
  readonly seenMs: number
  readonly clockWentBack: boolean
}

/** A server that starts this soon after a run was due still starts that run. */
const freshAfterStartMs = 60_000

/**
 * A server that was running but was held up (by a paused process, a machine that slept, a busy
 * disk) starts a run that is late by less than this. That is the least time between two runs, so it
 * starts only the last one.
 */
const freshWhileRunningMs = 3_600_000

/**
 * A clock that goes back by less than this only makes the schedule wait until the clock has caught
 * up, so that nothing fires twice. A clock that was wrong by more (a year, say) must not stop the
 * schedule for that long.
 */
const clockErrorMs = 24 * 3_600_000

const maximumMissed = 100

/**
 * The runs that were due since the schedule was last checked.
 *
 * @param seenMs the instant up to which it was checked; null: never before
 * @param wasRunning whether the same process checked it then
 */
export function findDue(
  schedule: Schedule | null,
  seenMs: number | null,
  nowMs: number,
  wasRunning: boolean,
): DueRuns {
  const nothing = { freshMs: null, missedMs: [], seenMs: nowMs, clockWentBack: false }
  if (seenMs === null) return nothing
  if (nowMs < seenMs - clockErrorMs) return { ...nothing, clockWentBack: true }
  if (nowMs <= seenMs) return { ...nothing, seenMs }
  if (schedule === null) return nothing
  const freshForMs = wasRunning ? freshWhileRunningMs : freshAfterStartMs
  // Runs are at least an hour apart: at most one can be fresh.
  const freshFromMs = Math.max(seenMs, nowMs - freshForMs)
  const [freshMs] = nextRuns(schedule, freshFromMs, 1).filter((runMs) => runMs <= nowMs)
  const missedMs = nextRuns(schedule, seenMs, maximumMissed).filter((runMs) => runMs <= freshFromMs)
  return { ...nothing, freshMs: freshMs ?? null, missedMs }
}
