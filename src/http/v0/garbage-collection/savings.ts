import { collectionCalls } from '#contract/endpoints/garbage-collection.ts'
import type { FailedRun, LastSavings, Saving, Savings } from '#contract/jobs/garbage-collection.ts'
import { nothingRemoved } from '#domain/collection/collection-result.ts'
import type { CollectionJob } from '#services/jobs/kinds/collection/collection-codec.ts'
import {
  collectionsBetween,
  lastCollections,
} from '#services/jobs/kinds/collection/collection-history.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant } from '../instant.ts'
import { invalidParameter } from '../invalid-input.ts'
import { readQuery } from '../read-query.ts'
import type { Handlers } from '../mount-calls.ts'
import { viewerOf, type Viewer } from '../accounts/viewer.ts'
import { visiblePart, toFailuresResponse } from '../jobs/job-response.ts'

type EndedStatus = Saving['status']

/** Null while it runs. */
function endOf(
  job: CollectionJob,
): { readonly status: EndedStatus; readonly finishedAtMs: number } | null {
  const { status, finishedAtMs } = job
  if (finishedAtMs === null || status === 'running') return null
  return { status, finishedAtMs }
}

export const lastSavingsHandlers = (services: ApiServices) =>
  ({
    getLastSavings: async (context) => {
      const viewer = viewerOf(context)
      const [job] = await lastCollections(services.state.jobs, 1)
      return context.json(job === undefined ? null : toLastSavingsResponse(job, viewer))
    },
  }) satisfies Partial<Handlers<typeof collectionCalls>>

function toLastSavingsResponse(job: CollectionJob, viewer: Viewer): LastSavings {
  const end = endOf(job)
  if (end === null) return null
  const { result } = job
  const removed = result?.removed ?? nothingRemoved
  return {
    jobID: job.id,
    trigger: job.trigger,
    startedAt: toInstant(job.startedAtMs ?? end.finishedAtMs),
    finishedAt: toInstant(end.finishedAtMs),
    status: end.status,
    bytesFreed: removed.bytes,
    layersRemoved: removed.layers,
    manifestsRemoved: removed.manifests,
    byCause: { ...result?.byCause },
    byRepository: visiblePart(result?.byRepository ?? {}, viewer),
    failures: result === null ? [] : toFailuresResponse(result, viewer),
  }
}

export const savingsHandlers = ({ state }: ApiServices) =>
  ({
    listSavings: async (context) => {
      const {
        from = 0,
        to = Number.MAX_SAFE_INTEGER,
        repositories = false,
      } = readQuery(context, collectionCalls.listSavings.query)
      if (from > to) throw invalidParameter('from', 'must not be after `to`')
      const jobs = await collectionsBetween(state.jobs, from, to)
      const viewer = repositories ? viewerOf(context) : null
      const body: Savings = {
        savings: jobs.flatMap((job) => toSavingResponse(job, viewer)),
        failedRuns: jobs.flatMap(toFailedRun),
      }
      return context.json(body)
    },
  }) satisfies Partial<Handlers<typeof collectionCalls>>

function toFailedRun(job: CollectionJob): FailedRun[] {
  const end = endOf(job)
  return end === null || job.result !== null ? [] : [whenAndWhy(job, end)]
}

const whenAndWhy = (job: CollectionJob, { finishedAtMs }: { readonly finishedAtMs: number }) => ({
  jobID: job.id,
  startedAt: toInstant(job.startedAtMs ?? finishedAtMs),
  finishedAt: toInstant(finishedAtMs),
  trigger: job.trigger,
})

/**
 * Runs that failed before they had a plan saved nothing, and do not know what is stored: none.
 *
 * @param viewer for whom it is also by repository; null: it is not
 */
function toSavingResponse(job: CollectionJob, viewer: Viewer | null): Saving[] {
  const end = endOf(job)
  const { result } = job
  if (end === null || result === null) return []
  const { storedParts } = result
  return [
    {
      ...whenAndWhy(job, end),
      status: end.status,
      endedBy: result.endedBy,
      failures: result.failures.length,
      bytesFreed: result.removed.bytes,
      layersRemoved: result.removed.layers,
      manifestsRemoved: result.removed.manifests,
      byCause: { ...result.byCause },
      ...(viewer && { byRepository: visiblePart(result.byRepository, viewer) }),
      storedBytes: result.storedBytes,
      reclaimableBytes: result.planned.bytes,
      stored: storedParts ? { parts: { ...storedParts }, free: result.freeBytes ?? null } : null,
    },
  ]
}
