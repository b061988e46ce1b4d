import type { Schedule } from '#domain/schedule/cron-expression.ts'
import { nextRuns } from '#domain/schedule/next-runs.ts'

export interface DueRuns {
  /** Due now, or a moment ago: to be started. */
  readonly freshMs: number | null
  /** Due too long ago to be started still; at most the first hundred. */
  readonly missedMs: readonly number[]
  /** What has been looked at after this. */
  readonly seenMs: number
  readonly clockWentBack: boolean
}

/** A server that starts this soon after a run was due still starts it. */
const freshAfterStartMs = 60_000

/**
 * A server that was running all the time, and was only held up (by a paused process, a machine that
 * slept, a busy disk), starts a run that is late by less than this. It is what lies between two runs
 * at the least, so only the last one is.
 */
const freshWhileRunningMs = 3_600_000

/**
 * A clock that goes back by less than this only makes the schedule wait until it is where it was, so
 * that nothing fires twice. One that had been wrong by more (a year, say) must not stop the schedule
 * until then.
 */
const clockErrorMs = 24 * 3_600_000

const maximumMissed = 100

/**
 * What a schedule has been due for since it was looked at last.
 *
 * @param seenMs the instant up to which it was looked at; null: never before
 * @param wasRunning whether the same process looked at it then
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
  // Runs are an hour apart at least: no more than one can be fresh.
  const freshFromMs = Math.max(seenMs, nowMs - freshForMs)
  const [freshMs] = nextRuns(schedule, freshFromMs, 1).filter((runMs) => runMs <= nowMs)
  const missedMs = nextRuns(schedule, seenMs, maximumMissed).filter((runMs) => runMs <= freshFromMs)
  return { ...nothing, freshMs: freshMs ?? null, missedMs }
}
