import type { Scheduler } from '#services/jobs/scheduler.ts'
import type { Log } from './log.ts'

const everyMs = 1_000

const startedLine = (lateMs: number): string =>
  lateMs < 60_000
    ? 'the schedule started a collection'
    : `the schedule started a collection, ${Math.round(lateMs / 1000)} seconds late: the server was held up`

/** Calls the scheduler repeatedly, never twice at the same time. */
export function startTicker(scheduler: Scheduler, log: Log): { stop(): void } {
  let isLooking = false

  async function look(): Promise<void> {
    if (isLooking) return
    isLooking = true
    try {
      const outcome = await scheduler.tick(Date.now())
      if (outcome.kind === 'started') log('info', startedLine(outcome.lateMs))
      if (outcome.kind === 'skipped')
        log('warn', `a scheduled collection was skipped: ${outcome.reason}`)
      if (outcome.kind === 'missed') {
        log(
          'warn',
          `scheduled collections that did not start, and are not made up for: ${outcome.dueMs.length}; ${outcome.reason}`,
        )
      }
    } catch (error) {
      log('error', `the scheduler failed: ${String(error)}`)
    } finally {
      isLooking = false
    }
  }

  void look()
  const timer = setInterval(() => void look(), everyMs)
  return { stop: () => clearInterval(timer) }
}
