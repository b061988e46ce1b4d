import type { Scheduler } from '#operations/scheduler.ts'
import type { Log } from './log.ts'

const everyMs = 1_000

/** Lets the scheduler look at the clock, again and again, never twice at the same time. */
export function startTicker(scheduler: Scheduler, log: Log): { stop(): void } {
  let isLooking = false

  async function look(): Promise<void> {
    if (isLooking) return
    isLooking = true
    try {
      const outcome = await scheduler.tick(Date.now())
      if (outcome.kind === 'started') log('info', 'the schedule started a collection')
      if (outcome.kind === 'skipped')
        log('warn', `a scheduled collection was skipped: ${outcome.reason}`)
      if (outcome.kind === 'missed') {
        log(
          'warn',
          `${outcome.dueMs.length} scheduled collections were missed while no server ran; they are not made up for`,
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
