import type { CollectionPhase, CollectionProgress } from '#domain/collection/collection-result.ts'
import type { Clock } from '#domain/time/clock.ts'
import { createStopwatch } from '#domain/time/stopwatch.ts'
import { createTimeLeft } from './time-left.ts'

/**
 * The progress of a run. Cheap enough to call for each item; listeners hear of it a few times a
 * second.
 */
export interface ProgressMeter {
  /** Starts a phase, which is always reported; 0 for a total that is not known yet. */
  begin(phase: CollectionPhase, total: number): void
  /** Sets how much is done, and of how much. */
  at(done: number, total: number, repository: string | null): void
  /** One more item is done. */
  advance(freedBytes: number, repository: string | null): void
}

const tellEveryMs = 250

export function createProgressMeter(
  clock: Clock,
  tell: (progress: CollectionProgress) => void,
): ProgressMeter {
  let phase: CollectionPhase = 'marking'
  let done = 0
  let total = 0
  let bytesFreed = 0
  let repository: string | null = null
  let inPhaseMs = createStopwatch(clock)
  let timeLeft = createTimeLeft()
  let toldAtMs = 0

  function report(): void {
    const elapsedMs = inPhaseMs()
    toldAtMs = elapsedMs
    tell({
      phase,
      done,
      total,
      bytesFreed,
      bytesPerSecond:
        phase === 'sweeping' && elapsedMs > 0 ? Math.round((bytesFreed / elapsedMs) * 1000) : 0,
      remainingMs: timeLeft.after(elapsedMs, done, total),
      repository,
    })
  }

  function reportSometimes(): void {
    if (inPhaseMs() - toldAtMs >= tellEveryMs) report()
  }

  return {
    begin(nextPhase, nextTotal) {
      phase = nextPhase
      done = 0
      total = nextTotal
      repository = null
      inPhaseMs = createStopwatch(clock)
      timeLeft = createTimeLeft()
      report()
    },
    at(nowDone, nowTotal, nowRepository) {
      done = nowDone
      total = nowTotal
      repository = nowRepository
      reportSometimes()
    },
    advance(freed, nowRepository) {
      done += 1
      bytesFreed += freed
      repository = nowRepository
      reportSometimes()
    },
  }
}
