import type { CollectionStart } from '#services/jobs/kinds/collection/collections.ts'
import { createScheduler } from '#services/jobs/scheduler.ts'
import { createScriptedCollections } from './scripted-run.ts'

export const ada = { name: 'ada', from: '192.0.2.7' }
export const hourMs = 3_600_000

/** A scheduler at 12:00 UTC, with a server that can be killed and started again. */
export function createScheduled() {
  const scripted = createScriptedCollections()
  const { collections, clock, moveClock } = scripted
  const warnings: string[] = []
  const requests: CollectionStart[] = []
  const boot = () =>
    createScheduler({
      ...scripted,
      collections: {
        startCollection: (request) => {
          requests.push(request)
          return collections.startCollection(request)
        },
      },
      log: (_, message) => warnings.push(message),
    })
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
