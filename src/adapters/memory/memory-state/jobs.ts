import type { Jobs, Plans } from '#state/jobs.ts'
import { StateError } from '#state/state-error.ts'
import { keepNewest } from './keep-newest.ts'
import type { Changed, Tables } from './tables.ts'

export const createMemoryJobs = ({ jobs, logs }: Tables, changed: Changed): Jobs => ({
  async save(job) {
    jobs.set(job.id, job)
    changed()
  },

  async find(id) {
    return jobs.get(id) ?? null
  },

  async list({ running, kinds, offset, limit }) {
    const matching = [...jobs.values()].filter(
      (job) =>
        (running === undefined || (job.status === 'running') === running) &&
        (kinds === undefined || kinds.includes(job.kind)),
    )
    const newestFirst = matching.toReversed()
    return { jobs: newestFirst.slice(offset, offset + limit), total: matching.length }
  },

  async appendLog(jobID, lines) {
    if (!jobs.has(jobID)) throw new StateError('NO_SUCH_JOB', `there is no job "${jobID}"`)
    const log = logs.get(jobID) ?? []
    logs.set(jobID, log)
    for (const line of lines) log.push({ ...line, lineNum: log.length })
    changed()
  },

  async log(jobID, offset, limit) {
    return (logs.get(jobID) ?? []).slice(offset, offset + limit)
  },

  async finishedBetween(kind, fromMs, toMs) {
    const finished = [...jobs.values()].flatMap((job) =>
      job.kind !== kind || job.finishedAtMs === null ? [] : [{ job, atMs: job.finishedAtMs }],
    )
    return finished
      .filter(({ atMs }) => fromMs <= atMs && atMs < toMs)
      .toSorted((one, other) => one.atMs - other.atMs)
      .map(({ job }) => job)
  },
})

export const createMemoryPlans = ({ plans }: Tables, changed: Changed): Plans => ({
  async save(plan) {
    plans.set(plan.id, plan)
    changed()
  },

  async find(id) {
    return plans.get(id) ?? null
  },

  async keepNewest(count) {
    keepNewest(plans, count)
    changed()
  },
})
