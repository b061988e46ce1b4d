import type { Clock, Pause, Wait } from '#domain/time/clock.ts'
import type { ClientPriority } from '#gc/ports/client-priority.ts'
import type { LeaseControl } from '#coordination/blob-leases.ts'
import type { ChangeFeed } from '#coordination/change-feed.ts'
import type { Coordination } from '#coordination/coordination.ts'
import type { GateKeeper } from '#coordination/push-gate.ts'
import { lookAtStore } from '#gc/look.ts'
import type { CollectionOptions } from '#gc/run.ts'
import { verifyStore } from '#gc/verify/verify.ts'
import { createAccountTurns } from '#services/accounts/account-queues.ts'
import { createAuthentication } from '#services/accounts/authentication.ts'
import type { ReportFailure } from '#services/jobs/job-run.ts'
import { createJobRunner, type JobRunner } from '#services/jobs/job-runner.ts'
import {
  createCollections,
  isCollecting,
} from '#services/jobs/kinds/collection/start-collection.ts'
import type { RunCollection } from '#services/jobs/kinds/collection/prepare-collection.ts'
import {
  collectWhileStateAnswers,
  type WatchedState,
} from '#services/jobs/kinds/collection/while-state-answers.ts'
import { createJobKinds } from '#services/jobs/kinds/kinds.ts'
import { createExplanations } from '#services/garbage-collection/explanations.ts'
import { createKeptLook } from '#services/garbage-collection/kept-look.ts'
import { recentlyDeleted } from '#services/garbage-collection/recently-deleted.ts'
import { sparingWhatRuns } from '#services/garbage-collection/spare-running.ts'
import { createReclaimable } from '#services/garbage-collection/reclaimable.ts'
import { createWholeness } from '#services/garbage-collection/wholeness.ts'
import { followEvents, type DomainEvents } from '#services/activity/domain-events.ts'
import { createChangesOfServers } from '#services/several/changes-of-servers.ts'
import { createUploadQuota } from '#services/images/upload-quota.ts'
import { createCleaning } from '#services/retention/create-cleaning.ts'
import type { RunningDeps } from '#services/retention/running/running-guard.ts'
import { createTagProtection } from '#services/retention/tag-protection.ts'
import { getPolicy } from '#services/settings/policy.ts'
import { recordingCollected } from '#services/images/record-collected.ts'
import { keepWithoutRoom } from '#services/full-disk/state-without-room.ts'
import { createSchedulers } from '#services/jobs/schedulers.ts'
import { collectionCodec } from '#services/jobs/kinds/collection/collection-codec.ts'
import { cleanBeforeCollection } from '#services/jobs/kinds/retention/before-collection.ts'
import { retentionCodec } from '#services/jobs/kinds/retention/retention-codec.ts'
import { createVerifications } from '#services/jobs/kinds/verification/verifications.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { watchWrites } from '#storage/wrappers/watched-writes.ts'
import { isInInventory } from '#registry/inventory/changes-of-keys.ts'
import { createRegistryChanges } from '#registry/registry-change.ts'
import { createRegistry, type RegistryOptions } from '#registry/registry.ts'
import type { LogLevel } from '#state/jobs.ts'
import type { State } from '#state/state.ts'
import { createBearerTokens } from '#http/middleware/bearer-tokens.ts'
import { createMeters, type MetricsPorts } from '#http/metrics/metrics.ts'
import type { AnsweredRequest } from '#http/metrics/request-metrics.ts'
import type { ApiServices, ReserveState } from '#http/services.ts'
import { describeFailure } from './describe-failure.ts'

/** What differs between hosts: where data is kept, and what the platform provides. */
export interface Platform
  extends
    Pick<
      ApiServices,
      'loadSamples' | 'host' | 'hasher' | 'randomBytes' | 'sha256' | 'reachStorage'
    >,
    Pick<
      RegistryOptions,
      | 'objects'
      | 'uploadStore'
      | 'openStoreScanner'
      | 'openLaterScanner'
      | 'openRepositoryReader'
      | 'manifestCache'
      | 'stampsLagMs'
      | 'addressOf'
    >,
    Pick<RunningDeps, 'readRunningFile'>,
    Pick<MetricsPorts, 'stateReach' | 'storageRequests' | 'serversReach'>,
    Pick<CollectionOptions, 'removalsAtOnce' | 'removalsInBatch'> {
  readonly state: State
  /** Asked before each batch of removals; absent: the state is always there. */
  readonly expectState?: WatchedState['expectState']
  readonly coordination: Coordination
  /** Whether other servers use the same state, and the same storage, at once. Default: none does. */
  readonly isShared?: boolean
  /** What these servers tell each other. */
  readonly feed?: ChangeFeed
  readonly createDigester: CreateDigester
  readonly clock: Clock
  readonly createId: () => string
  readonly pause: Pause
  readonly wait: Wait
  /** Whether clients are being served, so that collections and verifications must yield to them. */
  readonly isBusy?: ClientPriority['isBusy']
  /**
   * The state of the space reserved for use on a full disk; a host without a reserve answers
   * `none`.
   */
  readonly reserveOf?: (disk: 'storage' | 'state') => ReserveState
  /**
   * How many more bytes fit where images lie; absent, or null: it cannot be told. Rejects like a
   * read.
   */
  readonly freeBytes?: () => Promise<number | null>
  /** Removes what other than a registry can leave in a storage. After each collection. */
  readonly cleanUp?: () => Promise<unknown>
  /** The host's log. */
  readonly log: (level: LogLevel, message: string) => void
  /** The host's log of requests from outside; absent: they are only counted. */
  readonly logRequest?: (request: AnsweredRequest) => void
}

/** The services, with the collection's side of gate and leases for tests and metrics. */
export interface ComposedServices extends ApiServices {
  readonly gate: ApiServices['gate'] & GateKeeper
  readonly leases: LeaseControl
  readonly events: DomainEvents
  /** Begins to look at the store, for the first question that needs it. Does not wait. */
  readonly lookAhead: () => void
}

/** Connects engine and services, the same way on every host. Starts nothing. */
export function composeServices(platform: Platform): ComposedServices {
  const { clock, createId, pause, wait, log, loadSamples, host } = platform
  const { removalsAtOnce, removalsInBatch, isShared = false } = platform
  const reportFailure = (error: unknown, what: string): void =>
    log('error', `${what}: ${describeFailure(error)}`)
  const { state: stateWithoutRoom, isWritable: isStateWritable } = keepWithoutRoom(platform.state)
  const { state, events } = followEvents(stateWithoutRoom, reportFailure)
  const { reserveOf = () => 'none' } = platform
  const clientPriority = platform.isBusy && { isBusy: platform.isBusy, wait }
  const meters = createMeters({
    ...platform,
    gate: platform.coordination.gate,
    jobs: state.jobs,
    clock,
    version: host.version,
  })
  const { gate } = meters
  // The caches are told before the answer of a change, and before the end of a run can be seen.
  const stores = watchWrites(meters.stores, (keys, hasFailed) => {
    if (!keys.some(isInInventory)) return
    keptLook.written(keys, hasFailed)
    reclaimable.registryChanged()
  })
  const { leases, runLocked } = platform.coordination
  const changes = createRegistryChanges()
  const report: ReportFailure = (what, error) => reportFailure(error, what)
  const otherServers = createChangesOfServers({ ...platform, changes, report })
  const recording = { state, clock, createId }
  const acceptsSparseIndexes = async () => (await getPolicy({ state })).acceptSparseIndexes
  const findProtection = createTagProtection({ state })
  const cleaning = createCleaning({ ...platform, state, isShared })
  const { pullRecorder, running } = cleaning
  const registry = createRegistry({
    ...platform,
    ...stores,
    changes,
    leases,
    runLocked: otherServers.tellingBeforeUnlock(runLocked),
    acceptsSparseIndexes,
    findProtection,
    findReported: running.reported,
  })
  const { reader, openLaterReads, trash, storedDigest } = registry

  const remover = recordingCollected(registry.remover, {
    ...recording,
    trash,
    removeRepository: registry.removeRepository,
    reportFailure,
  })
  const authentication = createAuthentication({ ...platform, state })
  const watchedState: WatchedState = {
    expectState: platform.expectState ?? (async () => {}),
    report,
  }
  const collect: RunCollection = async (options) => {
    const collection = await collectWhileStateAnswers(watchedState, {
      ...options,
      reader,
      remover,
      writers: { gate, leases },
      clock,
      pause,
      removalsAtOnce,
      ...(removalsInBatch && { removalsInBatch }),
      clientPriority,
    })
    if (!options.dryRun) {
      await platform.cleanUp?.().catch((error) => reportFailure(error, 'cleaning up'))
    }
    return collection
  }
  const freeBytes = async () => (await platform.freeBytes?.().catch(() => null)) ?? null
  const retention = { ...recording, ...cleaning, pause, reportFailure, registry, gate }
  const jobs: JobRunner = createJobRunner({
    ...recording,
    kinds: createJobKinds({
      ...recording,
      // A run that changed nothing ends what was answered from before its start.
      runCollection: (options) => collect(options).finally(reclaimable.registryChanged),
      freeBytes,
      running,
      cleanFirst: (task) => cleanBeforeCollection({ jobs, state, wait }, task),
      retention: { ...retention, hearOthers: otherServers.heard },
      events,
      verifyStore: async ({ full, ...request }) =>
        verifyStore({
          reader,
          clock,
          pause,
          clientPriority,
          acceptSparseIndexes: await acceptsSparseIndexes(),
          ...request,
          ...(full && { storedDigest }),
        }),
    }),
    report,
    isShared,
  })
  const collections = createCollections(jobs)
  const keptLook = createKeptLook({
    clock,
    lookAtStore: () => lookAtStore({ reader, openLaterReads, clock, pause, clientPriority }),
  })
  const reclaimable = createReclaimable({
    ...recording,
    async analyse(policy, { waits, isTrial }) {
      const { look, isCurrent } = await keptLook.now(waits)
      const followed = await sparingWhatRuns(policy, running)
      const { totals, byCause, byRepository, storedBytes } = await look.plan(followed)
      const stored = isTrial ? null : await look.stored(followed)
      const asOfMs = look.readAtMs
      return { asOfMs, isCurrent, reclaimable: totals, byCause, byRepository, storedBytes, stored }
    },
    repositories: registry.queries.repositories,
    isCollecting: () => isCollecting(collections),
  })
  const wholeness = createWholeness({ ...recording, events, queries: registry.queries })
  const metrics = meters.watchCollections(collections, events, { reclaimable, wholeness, running })
  const schedulers = createSchedulers({ ...recording, jobs, log, isShared }, jobs.kinds.values())

  return {
    registry,
    ...(platform.reachStorage && { reachStorage: platform.reachStorage }),
    state,
    gate,
    leases,
    events,
    ...cleaning,
    otherServers,
    findProtection,
    uploadQuota: createUploadQuota({ clock, isShared }),
    jobs,
    collections,
    reclaimable,
    wholeness,
    explanations: createExplanations({ clock, keptLook, queries: registry.queries }),
    recentlyDeleted: (hours) => recentlyDeleted({ clock, state, trash, keptLook, running }, hours),
    verifications: createVerifications({ jobs, state }),
    authentication,
    accountTurns: createAccountTurns(),
    hasher: platform.hasher,
    randomBytes: platform.randomBytes,
    sha256: platform.sha256,
    bearerTokens: createBearerTokens({ ...platform, state }),
    scheduler: schedulers.schedulerOf(collectionCodec.name),
    retentionScheduler: schedulers.schedulerOf(retentionCodec.name),
    lookAhead: keptLook.begin,
    schedulers: {
      ...schedulers,
      tick(nowMs) {
        keptLook.forgetOld()
        void pullRecorder.flush().catch((error) => reportFailure(error, 'pulls are stored later'))
        return schedulers.tick(nowMs)
      },
    },
    clock,
    pause,
    createId,
    loadSamples,
    host,
    metrics,
    disks: {
      storage: () => ({
        writable: metrics.isStorageWritable() && reserveOf('storage') !== 'given up',
        reserve: reserveOf('storage'),
      }),
      state: () => ({
        writable: isStateWritable(),
        reserve: reserveOf('state'),
        reachable: platform.stateReach?.().isReachable ?? true,
        latencyMs: platform.stateReach?.().latencyMs ?? 0,
      }),
    },
    freeBytes,
    ...(platform.serversReach && { serversReach: platform.serversReach }),
    requestAnswered: (request) => platform.logRequest?.(request),
    reportFailure,
  }
}
