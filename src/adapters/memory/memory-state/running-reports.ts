import type { RunningReports } from '#state/running-reports.ts'
import type { Changed, Tables } from './tables.ts'

export const createMemoryRunningReports = (
  { runningReports }: Tables,
  changed: Changed,
): RunningReports => ({
  async list() {
    return Array.from(runningReports.values(), ({ text: _, ...head }) => head).toSorted(
      (one, other) => (one.cluster < other.cluster ? -1 : 1),
    )
  },

  async find(cluster) {
    return runningReports.get(cluster) ?? null
  },

  async put(report) {
    runningReports.set(report.cluster, report)
    changed()
  },

  async remove(cluster) {
    const isRemoved = runningReports.delete(cluster)
    if (isRemoved) changed()
    return isRemoved
  },
})
