import {
  collectionPhases,
  noRepository,
  type CollectionResult,
} from '#domain/collection/collection-result.ts'
import { oneOf } from '#domain/values/json-fields.ts'
import type { OtherJob } from '#contract/jobs/jobs.ts'
import type { Job, LogLine, WireCollectionResult } from '#contract/jobs/collection-jobs.ts'
import type { JobView } from '#services/jobs/job-kind.ts'
import {
  collectionKinds,
  isCollectionView,
  type CollectionView,
} from '#services/jobs/kinds/collection/is-collection.ts'
import { dryRunCodec } from '#services/jobs/kinds/dry-run/dry-run-codec.ts'
import type { StoredLogLine } from '#state/jobs.ts'
import { toInstant, toInstantOrNull } from '../instant.ts'
import type { Viewer } from '../accounts/viewer.ts'

/** Replaces, for people who are not administrators, a text that may name hidden repositories. */
const withheld = 'only administrators are told'

/** What `action` is of a kind of job: all collections have the same. */
export const actionOf = (kind: string): string => (collectionKinds.includes(kind) ? 'gc' : kind)

/** A job as the viewer may see it: without repositories hidden from them. */
export const toJobResponse = (view: JobView, viewer: Viewer): Job | OtherJob =>
  isCollectionView(view) ? toCollectionResponse(view, viewer) : toOtherResponse(view, viewer)

function toCollectionResponse(view: CollectionView, viewer: Viewer): Job {
  const { job } = view
  const { id, kind, status, trigger, actor, stopping, progress, ...rest } = envelopeOf(view, viewer)
  const planID = job.result && 'planID' in job.result ? job.result.planID : null
  return {
    id,
    kind,
    action: 'gc',
    status,
    trigger,
    actor,
    dryRun: kind === dryRunCodec.name,
    stopping,
    ...rest,
    progress: progress && {
      ...progress,
      phase: oneOf(collectionPhases, progress.phase, collectionPhases[0]),
    },
    result: job.result && toResultResponse(job.result, planID, viewer),
    error: job.error === null || viewer.isAdmin ? job.error : `The run failed: ${withheld} why.`,
  }
}

/** What a kind asks and finds may name any repository. */
function toOtherResponse(view: JobView, viewer: Viewer): OtherJob {
  const { job } = view
  const { id, kind, ...rest } = envelopeOf(view, viewer)
  return {
    id,
    kind,
    action: actionOf(kind),
    ...rest,
    request: viewer.isAdmin ? job.request : null,
    result: viewer.isAdmin ? job.result : null,
    error: job.error === null || viewer.isAdmin ? job.error : `It failed: ${withheld} why.`,
  }
}

/** What jobs of all kinds have. */
const envelopeOf = ({ job, stopping }: JobView, viewer: Viewer) => ({
  id: job.id,
  kind: job.kind,
  status: job.status,
  trigger: job.trigger,
  actor: job.actor,
  stopping,
  scheduledAt: toInstantOrNull(job.scheduledAtMs),
  startedAt: toInstantOrNull(job.startedAtMs),
  lastUpdated: toInstant(job.updatedAtMs),
  finishedAt: toInstantOrNull(job.finishedAtMs),
  progress: job.progress && {
    ...job.progress,
    repository:
      job.progress.repository !== null && viewer.sees(job.progress.repository)
        ? job.progress.repository
        : null,
  },
})

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
    ...(result.failed ? { failed: result.failed } : {}),
    failures: toFailuresResponse(result, viewer),
    left: result.left,
    ...(result.leftIn && {
      leftIn: result.leftIn.filter(({ repository }) => viewer.sees(repository)),
    }),
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
