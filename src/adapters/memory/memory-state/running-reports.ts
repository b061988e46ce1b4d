import type { RunningReports, StoredRunningReport } from '#state/running-reports.ts'
import type { Changed, Tables } from './tables.ts'

const headOf = ({ cluster, id, reportedAtMs, reportedBy }: StoredRunningReport) => ({
  cluster,
  id,
  reportedAtMs,
  reportedBy,
})

export const createMemoryRunningReports = (
  { runningReports }: Tables,
  changed: Changed,
): RunningReports => ({
  async list() {
    return Array.from(runningReports.values(), headOf).toSorted((one, other) =>
      one.cluster < other.cluster ? -1 : 1,
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
