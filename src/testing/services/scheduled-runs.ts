import type { JobStart } from '#services/jobs/job-runner.ts'
import { collectionCodec } from '#services/jobs/kinds/collection/collection-codec.ts'
import { collectionSchedule } from '#services/jobs/kinds/collection/collection-kind.ts'
import { createScheduler } from '#services/jobs/scheduler.ts'
import { createScriptedCollections } from './scripted-run.ts'

export const ada = { name: 'ada', from: '192.0.2.7' }
export const hourMs = 3_600_000

/** A scheduler at 12:00 UTC, with a server that can be killed and started again. */
export function createScheduled() {
  const scripted = createScriptedCollections()
  const { jobs, clock, moveClock } = scripted
  const kind = { ...collectionCodec, schedule: collectionSchedule }
  const warnings: string[] = []
  const requests: JobStart[] = []
  const boot = () =>
    createScheduler(
      {
        ...scripted,
        jobs: {
          startJob: (name, request, start) => {
            requests.push(start)
            return jobs.startJob(name, request, start)
          },
        },
        log: (_, message) => warnings.push(message),
      },
      kind,
    )
  let scheduler = boot()
  return {
    ...scripted,
    requests,
    warnings,
    scheduler: () => scheduler,
    tick: () => scheduler.tick(clock.nowMs()),
    tickAfter: (ms: number) => {
      moveClock(ms)
      return scheduler.tick(clock.nowMs())
    },
    restart: () => {
      scheduler = boot()
    },
  }
}
