import type { KindOutcome, Schedulers } from '#services/jobs/schedulers.ts'
import type { Log } from './log.ts'

const everyMs = 1_000

const startedLine = (job: string, lateMs: number): string =>
  lateMs < 60_000
    ? `the schedule started a ${job}`
    : `the schedule started a ${job}, ${Math.round(lateMs / 1000)} seconds late: the server was held up`

function logOutcome(outcome: KindOutcome, log: Log): void {
  const { job } = outcome
  if (outcome.kind === 'started') log('info', startedLine(job, outcome.lateMs))
  if (outcome.kind === 'skipped') log('warn', `a scheduled ${job} was skipped: ${outcome.reason}`)
  if (outcome.kind === 'missed') {
    log(
      'warn',
      `scheduled ${job}s that did not start, and are not made up for: ${outcome.dueMs.length}; ${outcome.reason}`,
    )
  }
}

/** Calls the schedulers repeatedly, never twice at the same time. */
export function startTicker(schedulers: Pick<Schedulers, 'tick'>, log: Log): { stop(): void } {
  let isLooking = false
  /** What was said last: a database that is lost fails every second. */
  let saidFailure: string | null = null

  async function look(): Promise<void> {
    if (isLooking) return
    isLooking = true
    try {
      for (const outcome of await schedulers.tick(Date.now())) logOutcome(outcome, log)
      saidFailure = null
    } catch (error) {
      const failure = `the scheduler failed: ${String(error)}`
      if (failure !== saidFailure) log('error', failure)
      saidFailure = failure
    } finally {
      isLooking = false
    }
  }

  void look()
  const timer = setInterval(() => void look(), everyMs)
  return { stop: () => clearInterval(timer) }
}
