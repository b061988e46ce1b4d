import type { CollectionResult } from '#domain/collection/collection-result.ts'
import type { Fact } from '#domain/events/domain-event.ts'
import type { JobKind } from '../../job-kind.ts'
import type { CollectionJob, CollectionRequest } from './collection-codec.ts'

/** What a person is told of a collection or a dry run that the server did not survive. */
export const interruptedCollection =
  'the server stopped while this ran; what it had deleted is gone, nothing else is'

/** What is recorded of a collection, and of a dry run. */
export const collectionFacts = (
  dryRun: boolean,
): JobKind<CollectionRequest, CollectionResult>['facts'] => ({
  started: ({ id, request }) => ({
    kind: 'collection started',
    data: { jobID: id, dryRun, planID: request.planID },
  }),
  stopped: ({ id }) => ({ kind: 'collection stopped', data: { jobID: id } }),
  finished: (job, how) => ({
    kind: 'collection finished',
    data: {
      jobID: job.id,
      status: job.status === 'running' ? 'errored' : job.status,
      error: job.error,
      freedBytes: job.result && job.result.removed.bytes,
      ...(how === 'interrupted' ? {} : { run: figuresOf(job, dryRun) }),
    },
  }),
})

type Figures = Extract<Fact, { kind: 'collection finished' }>['data']['run']

function figuresOf(
  { trigger, startedAtMs, finishedAtMs, result }: CollectionJob,
  dryRun: boolean,
): Figures {
  return {
    trigger,
    dryRun,
    tookMs: startedAtMs === null || finishedAtMs === null ? null : finishedAtMs - startedAtMs,
    freedBytesByCause: Object.fromEntries(
      Object.entries((!dryRun && result?.byCause) || {}).map(([cause, { bytes }]) => [
        cause,
        bytes,
      ]),
    ),
    failures: result?.failures.length ?? 0,
  }
}
