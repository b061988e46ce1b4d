import type { Verification } from '#domain/collection/collection-result.ts'
import type { Fact } from '#domain/events/domain-event.ts'
import type { StopSignal } from '#domain/time/clock.ts'
import { ok } from '#domain/values/result.ts'
import type { Jobs, StoredJob } from '#state/jobs.ts'
import type { DomainEvents } from '../../../activity/domain-events.ts'
import type { JobEnd, JobKind, JobTask, JobView } from '../../job-kind.ts'
import { collectionCodec } from '../collection/collection-codec.ts'
import { verificationCodec, type VerificationRequest } from './verification-codec.ts'

export interface VerifyRequest {
  readonly full: boolean
  readonly signal: StopSignal
  readonly onProgress: (done: number, total: number) => void
}

export interface VerificationDeps {
  readonly events: DomainEvents
  readonly state: { readonly jobs: Pick<Jobs, 'list'> }
  /** Checks every tag. Rejects when the storage fails, and when it is stopped. */
  readonly verifyStore: (request: VerifyRequest) => Promise<Verification>
}

/** A check of every tag, beside pushes, and beside dry runs. */
export const verificationKind = (
  deps: VerificationDeps,
): JobKind<VerificationRequest, Verification> => ({
  ...verificationCodec,

  conflictWith({ job }) {
    if (job.kind === verificationCodec.name) {
      return 'a verification is running already: wait until it has finished, or stop it'
    }
    return isCollection(job)
      ? 'a collection is running: it verifies every tag when it has finished'
      : null
  },

  prepare: async ({ full }) => ok((task) => verify(deps, full, task)),

  interrupted: 'the server stopped while it ran: verify again',

  facts: {
    started: ({ request }) => ({ kind: 'verification started', data: { full: request.full } }),
    stopped: () => null,
    finished: (job) => ({ kind: 'verification finished', data: dataOf(job) }),
  },
})

/** The last collection that began, on any server; null: there was none. */
async function lastCollection({ state }: VerificationDeps): Promise<StoredJob | null> {
  const query = { kinds: [collectionCodec.name], offset: 0, limit: 1 }
  const [last = null] = (await state.jobs.list(query)).jobs
  return last
}

const isCollection = ({ kind }: JobView['job']): boolean => kind === collectionCodec.name

async function verify(
  deps: VerificationDeps,
  full: boolean,
  { signal, others, progress, log }: JobTask,
): Promise<JobEnd<Verification>> {
  const { events, verifyStore } = deps
  const before = await lastCollection(deps)
  let collected = before?.status === 'running'
  // One may have started just before this, and its end may fail to be recorded.
  const forget = events.subscribe(['collection started', 'collection finished'], (event) => {
    const isDry = event.kind === 'collection started' ? event.data.dryRun : event.data.run?.dryRun
    collected ||= !isDry
  })
  log('info', full ? 'reading every byte of what tags need' : 'looking at all that tags need')
  try {
    const onProgress = (done: number, total: number) => progress(progressOf(done, total))
    const result = await verifyStore({ full, signal, onProgress })
    // An image that was deleted and collected during the check would look broken.
    if (
      result.wholeTags < result.tags &&
      (collected ||
        others().some(({ job }) => isCollection(job)) ||
        (await lastCollection(deps))?.id !== before?.id)
    ) {
      const error = 'a collection ran meanwhile: verify again'
      log('error', error)
      return { status: 'errored', result: null, error }
    }
    logFound(result, log)
    return { status: 'done', result, error: null }
  } catch (error) {
    if (!signal.aborted) throw error
    const reason = signal.isShutdown ? 'the server is stopping' : 'it was stopped'
    log('warn', `ended before all tags were verified: ${reason}`)
    return { status: 'canceled', result: null, error: reason }
  } finally {
    forget()
  }
}

const progressOf = (done: number, total: number): Parameters<JobTask['progress']>[0] => ({
  phase: verificationCodec.phases[0],
  done,
  total,
  bytesFreed: 0,
  bytesPerSecond: 0,
  remainingMs: null,
  repository: null,
})

function logFound(found: Verification, log: JobTask['log']): void {
  const { tags, wholeTags, broken, unread = [], absentPlatforms = 0 } = found
  for (const { repository, reason } of unread) log('error', `${repository}: ${reason}`)
  for (const { repository, tag, reason } of broken) log('error', `${repository}:${tag}: ${reason}`)
  const unlisted = tags - wholeTags - broken.length
  if (unlisted > 0) log('error', `${unlisted} more tags are not whole`)
  if (absentPlatforms > 0) log('info', `${absentPlatforms} platforms are absent, as is accepted`)
  log('info', `${wholeTags} of ${tags} tags verified`)
}

function dataOf({
  result,
  error,
}: StoredJob<VerificationRequest, Verification>): Extract<
  Fact,
  { kind: 'verification finished' }
>['data'] {
  if (result === null) return { error: error ?? 'the reason is not known' }
  const { tags, wholeTags, absentPlatforms = 0, unread = [] } = result
  return { error: null, tags, wholeTags, absentPlatforms, unreadPlaces: unread.length }
}
