import type { EventData } from '#domain/events/event-data.ts'
import type { StopSignal } from '#domain/time/clock.ts'
import type { Verification } from '#domain/collection/collection-result.ts'
import { ok, err, type Result, type Refusal } from '#domain/values/result.ts'
import { theServer, type Actor } from '../../../activity/actor.ts'
import type { DomainEvents } from '../../../activity/domain-events.ts'
import { isCollecting, type Collections } from '../collection/collections.ts'
import { createSerialQueue } from '../../../serial-queue.ts'
import { recordActivity, type ActivityDeps } from '../../../activity/record-activity.ts'

/** A check of every tag that a person requested. */
export interface RequestedVerification {
  /** Every byte is read, instead of comparing sizes. */
  readonly full: boolean
  readonly actor: string | null
  readonly startedAtMs: number
  /** Null while it runs. */
  readonly finishedAtMs: number | null
  /** How many of the blobs that tags lead to were checked; null until they are counted. */
  readonly progress: { readonly done: number; readonly total: number } | null
  /** Null while it runs, and if it failed. */
  readonly result: Verification | null
  readonly error: string | null
}

export interface VerificationRefusal extends Refusal {
  readonly code: 'JOB_ALREADY_RUNNING' | 'SHUTTING_DOWN'
}

/** Checks on demand, one at a time. The last one is remembered until the process ends. */
export interface Verifications {
  lastVerification(): RequestedVerification | null
  /** Resolves as soon as it has started. */
  startVerification(
    full: boolean,
    actor: Actor,
  ): Promise<Result<RequestedVerification, VerificationRefusal>>
  /** Ends the check under way, if any, and waits for it. */
  stopVerification(): Promise<void>
  /** Like `stop`, and starts no more. */
  shutdown(): Promise<void>
}

export interface VerifyRequest {
  readonly full: boolean
  readonly signal: StopSignal
  readonly onProgress: (done: number, total: number) => void
}

export interface VerificationsDeps extends ActivityDeps {
  readonly collections: Pick<Collections, 'runningJob'>
  readonly events: DomainEvents
  readonly verifyStore: (request: VerifyRequest) => Promise<Verification>
  /** Reports failures that no caller awaits. */
  readonly report: (message: string, cause: unknown) => void
}

type Outcome = Pick<RequestedVerification, 'result' | 'error'>

export function createVerifications(deps: VerificationsDeps): Verifications {
  const { clock, collections, events, verifyStore, report } = deps
  const runSerially = createSerialQueue()
  let last: RequestedVerification | null = null
  let underWay: { readonly signal: { aborted: boolean }; readonly ended: Promise<void> } | null =
    null
  let isShuttingDown = false

  async function check(started: RequestedVerification, signal: StopSignal): Promise<Outcome> {
    let collected = false
    // One may have started just before this, and its end may fail to be recorded.
    const forget = events.subscribe(['collection started', 'collection finished'], (event) => {
      const isDry = event.kind === 'collection started' ? event.data.dryRun : event.data.run?.dryRun
      collected ||= !isDry
    })
    const onProgress = (done: number, total: number): void => {
      last = { ...started, progress: { done, total } }
    }
    try {
      const result = await verifyStore({ full: started.full, signal, onProgress })
      // An image that was deleted and collected during the check would look broken.
      if (result.wholeTags < result.tags && (collected || isCollecting(collections))) {
        return { result: null, error: 'a collection ran meanwhile: verify again' }
      }
      return { result, error: null }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const stopped = isShuttingDown ? 'the server is stopping' : 'it was stopped'
      return { result: null, error: signal.aborted ? stopped : reason }
    } finally {
      forget()
    }
  }

  async function runToEnd(started: RequestedVerification, signal: StopSignal): Promise<void> {
    const outcome = await check(started, signal)
    try {
      await recordActivity(deps, 'verification finished', theServer, dataOf(outcome))
    } catch (error) {
      report('the end of a verification could not be recorded', error)
    }
    last = { ...started, ...outcome, finishedAtMs: clock.nowMs() }
    underWay = null
  }

  async function startInTurn(
    full: boolean,
    actor: Actor,
  ): Promise<Result<RequestedVerification, VerificationRefusal>> {
    if (isShuttingDown) {
      return err({ code: 'SHUTTING_DOWN', message: 'the server is stopping: try again later' })
    }
    if (underWay !== null) {
      const message = 'a verification is running already: wait until it has finished, or stop it'
      return err({ code: 'JOB_ALREADY_RUNNING', message })
    }
    if (isCollecting(collections)) {
      const message = 'a collection is running: it verifies every tag when it has finished'
      return err({ code: 'JOB_ALREADY_RUNNING', message })
    }
    await recordActivity(deps, 'verification started', actor, { full })
    const started: RequestedVerification = {
      full,
      actor: actor.name,
      startedAtMs: clock.nowMs(),
      finishedAtMs: null,
      progress: null,
      result: null,
      error: null,
    }
    last = started
    const signal = { aborted: false }
    underWay = { signal, ended: Promise.resolve().then(() => runToEnd(started, signal)) }
    return ok(started)
  }

  async function stopVerification(): Promise<void> {
    await runSerially(async () => {
      if (underWay === null) return
      underWay.signal.aborted = true
      await underWay.ended
    })
  }

  return {
    lastVerification: () => last,
    startVerification: (full, actor) => runSerially(() => startInTurn(full, actor)),
    stopVerification,
    async shutdown() {
      isShuttingDown = true
      await stopVerification()
    },
  }
}

function dataOf({ result, error }: Outcome): EventData['verification finished'] {
  if (result === null) return { error: error ?? 'the reason is not known' }
  const { tags, wholeTags, absentPlatforms = 0, unread = [] } = result
  return { error: null, tags, wholeTags, absentPlatforms, unreadPlaces: unread.length }
}
