import { noRepository, type CollectionResult } from '#domain/collection/collection-result.ts'
import type { Job, LogLine, WireCollectionResult } from '#contract/jobs.ts'
import type { JobView } from '#services/jobs/job-run.ts'
import type { StoredLogLine } from '#state/jobs.ts'
import { toInstant, toInstantOrNull } from '../instant.ts'
import type { Viewer } from '../accounts/viewer.ts'

/** Replaces, for people who are not administrators, a text that may name hidden repositories. */
const withheld = 'only administrators are told'

/** A job as the viewer may see it: without repositories hidden from them. */
export function toJobResponse({ job, stopping }: JobView, viewer: Viewer): Job {
  const { progress, result } = job
  return {
    id: job.id,
    action: 'gc',
    status: job.status,
    trigger: job.trigger,
    actor: job.actor,
    dryRun: job.dryRun,
    stopping,
    scheduledAt: toInstantOrNull(job.scheduledAtMs),
    startedAt: toInstantOrNull(job.startedAtMs),
    lastUpdated: toInstant(job.updatedAtMs),
    finishedAt: toInstantOrNull(job.finishedAtMs),
    progress: progress && {
      ...progress,
      repository:
        progress.repository !== null && viewer.sees(progress.repository)
          ? progress.repository
          : null,
    },
    result: result && toResultResponse(result, job.planID, viewer),
    error: job.error === null || viewer.isAdmin ? job.error : `The run failed: ${withheld} why.`,
  }
}

function toResultResponse(
  result: CollectionResult,
  planID: string | null,
  viewer: Viewer,
): WireCollectionResult {
  return {
    dryRun: result.dryRun,
    planID,
    planned: result.planned,
    removed: result.removed,
    byCause: { ...result.byCause },
    byRepository: visiblePart(result.byRepository, viewer),
    skipped: result.skipped,
    failures: toFailuresResponse(result, viewer),
    left: result.left,
    endedBy: result.endedBy,
    storedBytes: result.storedBytes,
    verification: result.verification && {
      ...result.verification,
      broken: result.verification.broken.filter(({ repository }) => viewer.sees(repository)),
      unread: (result.verification.unread ?? []).filter(({ repository }) =>
        viewer.sees(repository),
      ),
    },
    gateClosedMs: result.gateClosedMs,
  }
}

/** The entries of repositories that the viewer may see. Their sum may be less than the whole. */
export const visiblePart = <T>(
  byRepository: Readonly<Record<string, T>>,
  viewer: Viewer,
): Record<string, T> =>
  Object.fromEntries(
    Object.entries(byRepository).filter(([name]) => name === noRepository || viewer.sees(name)),
  )

/** Everyone may know the number of failures; their messages name repositories. */
export const toFailuresResponse = (
  { failures }: Pick<CollectionResult, 'failures'>,
  viewer: Viewer,
): { subject: string; reason: string }[] =>
  failures.map((failure) =>
    viewer.isAdmin ? { ...failure } : { subject: 'one item', reason: `${withheld} which, and why` },
  )

export const toLogLineResponse = (line: StoredLogLine): LogLine => ({
  lineNum: line.lineNum,
  time: toInstant(line.timeMs),
  level: line.level,
  data: line.data,
})
