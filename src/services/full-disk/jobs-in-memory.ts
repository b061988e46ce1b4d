import type { Jobs, StoredJob, StoredLogLine } from '#state/jobs.ts'
import { isUnwritable, writesKept, type DeferredWrites } from './deferred-writes.ts'

interface UnstoredJob {
  readonly job: StoredJob
  /** The state has no older version of it. */
  readonly isNew: boolean
}

/** What is read, or something else while the state does not answer. */
const orWhileLost = <T>(read: Promise<T>, otherwise: T): Promise<T> =>
  read.catch((error: unknown) => {
    if (isUnwritable(error)) return otherwise
    throw error
  })

/**
 * Running jobs, which go on with their logs also if there is no room to store them, or the state
 * does not answer. (A job starts only with a state that takes it.)
 */
export function withJobsInMemory(inner: Jobs, { orElseOrLost, later }: DeferredWrites): Jobs {
  const jobs = new Map<string, UnstoredJob>()
  const logs = new Map<string, StoredLogLine[]>()

  async function storeJob(id: string): Promise<void> {
    // Both may grow during the write.
    for (let unstored = jobs.get(id); unstored; unstored = jobs.get(id)) {
      await inner.save(unstored.job)
      if (jobs.get(id) === unstored) jobs.delete(id)
    }
    for (let lines = logs.get(id); lines?.length; lines = logs.get(id)) {
      await inner.appendLog(id, lines)
      logs.set(id, (logs.get(id) ?? []).slice(lines.length))
    }
    logs.delete(id)
  }

  async function keepLines(id: string, lines: readonly Omit<StoredLogLine, 'lineNum'>[]) {
    const kept = logs.get(id)
    const reading = kept ?? orWhileLost(inner.log(id, 0, Number.MAX_SAFE_INTEGER), [])
    const stored = await reading
    const from = (stored.at(-1)?.lineNum ?? -1) + 1
    const numbered = lines.map((line, at) => ({ ...line, lineNum: from + at }))
    logs.set(id, [...(kept ?? []), ...numbered].slice(-writesKept))
    if (kept === undefined && !jobs.has(id)) later(() => storeJob(id))
  }

  /** Newest first. */
  const unstoredJobs = (isNew: boolean): StoredJob[] =>
    [...jobs.values()].flatMap((one) => (one.isNew === isNew ? [one.job] : [])).toReversed()

  return {
    async save(job) {
      const isNew = jobs.get(job.id)?.isNew
      await orElseOrLost(
        async () => {
          await inner.save(job)
          jobs.delete(job.id)
        },
        async () => {
          const isFirst = isNew === undefined && !logs.has(job.id)
          const isUnknown = isNew ?? (await orWhileLost(inner.find(job.id), job)) === null
          jobs.set(job.id, { job, isNew: isUnknown })
          if (isFirst) later(() => storeJob(job.id))
        },
      )
    },
    async find(id) {
      return jobs.get(id)?.job ?? (await inner.find(id))
    },
    async list({ offset, limit, ...query }) {
      const unknown = unstoredJobs(true).filter(
        (job) =>
          (query.running === undefined || (job.status === 'running') === query.running) &&
          (query.kinds === undefined || query.kinds.includes(job.kind)),
      )
      const first = unknown.slice(offset, offset + limit)
      const stored = await inner.list({
        ...query,
        offset: Math.max(0, offset - unknown.length),
        limit: limit - first.length,
      })
      const others = stored.jobs.map((job) => jobs.get(job.id)?.job ?? job)
      return { jobs: [...first, ...others], total: unknown.length + stored.total }
    },
    async appendLog(jobID, lines) {
      if (jobs.get(jobID)?.isNew || logs.has(jobID)) return await keepLines(jobID, lines)
      await orElseOrLost(
        () => inner.appendLog(jobID, lines),
        () => keepLines(jobID, lines),
      )
    },
    async log(jobID, offset, limit) {
      const stored = await inner.log(jobID, offset, limit)
      const kept = (logs.get(jobID) ?? []).filter(({ lineNum }) => lineNum >= offset)
      return [...stored, ...kept.slice(0, limit - stored.length)]
    },
    async finishedBetween(kind, fromMs, toMs) {
      const kept = [...unstoredJobs(false), ...unstoredJobs(true)].filter(
        (job) =>
          job.kind === kind &&
          job.finishedAtMs !== null &&
          fromMs <= job.finishedAtMs &&
          job.finishedAtMs < toMs,
      )
      const stored = await inner.finishedBetween(kind, fromMs, toMs)
      return [...stored.filter(({ id }) => !jobs.has(id)), ...kept].toSorted(
        (one, other) => (one.finishedAtMs ?? 0) - (other.finishedAtMs ?? 0),
      )
    },
  }
}
