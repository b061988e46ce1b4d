import type { JobKind } from './job-kind.ts'
import {
  createScheduler,
  type Scheduler,
  type SchedulerDeps,
  type TickOutcome,
} from './scheduler.ts'

/** What the tick of one kind of job did. */
export type KindOutcome = TickOutcome & { readonly job: string }

/** The schedules of all kinds of jobs that can be scheduled. */
export interface Schedulers {
  /** Throws if the kind cannot be scheduled. */
  schedulerOf(kind: string): Scheduler
  /** Ticks each; a failure of one keeps no other from it. Call it about every ten seconds. */
  tick(nowMs: number): Promise<readonly KindOutcome[]>
}

export function createSchedulers(deps: SchedulerDeps, kinds: Iterable<JobKind>): Schedulers {
  const schedulers = new Map<string, Scheduler>()
  for (const { name, schedule } of kinds) {
    if (schedule) schedulers.set(name, createScheduler(deps, { name, schedule }))
  }
  return {
    schedulerOf(kind) {
      const scheduler = schedulers.get(kind)
      if (scheduler === undefined) throw new Error(`jobs of kind "${kind}" have no schedule`)
      return scheduler
    },
    tick: (nowMs) =>
      Promise.all(
        Array.from(schedulers, async ([job, scheduler]) => ({
          ...(await scheduler.tick(nowMs)),
          job,
        })),
      ),
  }
}
