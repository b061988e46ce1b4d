import type { JobRuns, StoredRun } from '#state/job-runs.ts'
import { StateError } from '#state/state-error.ts'
import type { Changed, Tables } from './tables.ts'

export function createMemoryJobRuns({ jobs, jobRuns }: Tables, changed: Changed): JobRuns {
  function replace(run: StoredRun): StoredRun {
    jobRuns.set(run.jobID, run)
    changed()
    return run
  }

  return {
    async begin(jobID) {
      if (!jobs.has(jobID)) throw new StateError('NO_SUCH_JOB', `there is no job "${jobID}"`)
      replace({ jobID, beats: 0, isStopping: false })
    },

    async all() {
      return [...jobRuns.values()]
    },

    async beat(jobID) {
      const run = jobRuns.get(jobID)
      return run === undefined ? null : replace({ ...run, beats: run.beats + 1 })
    },

    async stop(jobID) {
      const run = jobRuns.get(jobID)
      if (run === undefined) return null
      if (!run.isStopping) replace({ ...run, isStopping: true })
      return !run.isStopping
    },

    async end(jobID, beats) {
      const run = jobRuns.get(jobID)
      if (run === undefined || (beats ?? run.beats) !== run.beats) return false
      jobRuns.delete(jobID)
      changed()
      return true
    },
  }
}
