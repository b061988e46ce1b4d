import type { JobRunner } from '#services/jobs/job-runner.ts'
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

/** Calls it every second, never twice at the same time. Returns what ends that. */
function everySecond(act: () => Promise<void>, whatFails: string, log: Log): () => void {
  let isUnderWay = false
  /** What was said last: a database that is lost fails every second. */
  let saidFailure: string | null = null

  async function look(): Promise<void> {
    if (isUnderWay) return
    isUnderWay = true
    try {
      await act()
      saidFailure = null
    } catch (error) {
      const failure = `${whatFails}: ${String(error)}`
      if (failure !== saidFailure) log('error', failure)
      saidFailure = failure
    } finally {
      isUnderWay = false
    }
  }

  void look()
  const timer = setInterval(() => void look(), everyMs)
  return () => clearInterval(timer)
}

export interface Ticked {
  readonly schedulers: Pick<Schedulers, 'tick'>
  readonly jobs: Pick<JobRunner, 'look'>
}

/** Lets schedules and jobs look at the time and at other servers. Neither waits for the other. */
export function startTicker({ schedulers, jobs }: Ticked, log: Log): { stop(): void } {
  const stops = [
    everySecond(
      async () => {
        for (const outcome of await schedulers.tick(Date.now())) logOutcome(outcome, log)
      },
      'the scheduler failed',
      log,
    ),
    everySecond(jobs.look, 'the jobs of other servers are not known', log),
  ]
  return { stop: () => stops.forEach((stop) => stop()) }
}
