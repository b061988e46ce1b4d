import type { Clock } from '#domain/time/clock.ts'
import type { GateKeeper, PushGate } from '#coordination/push-gate.ts'
import type { DomainEvents } from '#services/activity/domain-events.ts'
import type { Collections } from '#services/jobs/kinds/collection/start-collection.ts'
import type { Jobs } from '#state/jobs.ts'
import {
  createDependencyMetrics,
  type ServersReach,
  type StateReach,
  type StorageRequests,
} from './dependency-metrics.ts'
import { gauge, writeExposition, type MetricFamily } from './exposition.ts'
import { meterGate } from './gate-metrics.ts'
import { createRequestMetrics, type RequestMetrics } from './request-metrics.ts'
import { runningFamilies } from './running-metrics.ts'
import { createRunMetrics, type WhatIsKnown } from './run-metrics.ts'
import { watchStores, type ImageStores } from './storage-metrics.ts'

/** The metrics of one process. */
export interface Metrics {
  countRequest: RequestMetrics['count']
  /** Tells how long an answer of the storage took, in milliseconds; null: there was none. */
  storageAnswered(latencyMs: number | null): void
  /** The whole text of `/metrics`. Reads the history of runs, never the storage. */
  exposition(): Promise<string>
  /** False after a change that the storage refused, until a change succeeds. */
  isStorageWritable(): boolean
}

export interface MetricsPorts extends ImageStores {
  readonly clock: Clock
  readonly gate: PushGate & GateKeeper
  readonly jobs: Jobs
  readonly version: string
  /** How the database of the state is reached; absent: there is none. */
  readonly stateReach?: () => StateReach
  /** What was asked of the store of images; absent: it is no service on the network. */
  readonly storageRequests?: () => StorageRequests
  /** What is known of the other servers; absent: there are none. */
  readonly serversReach?: () => ServersReach
}

export interface Meters {
  /** Use these instead of the ones passed in. */
  readonly stores: ImageStores
  readonly gate: PushGate & GateKeeper
  watchCollections(collections: Collections, events: DomainEvents, known: WhatIsKnown): Metrics
}

/** Wraps what a host provides with meters. */
export function createMeters({
  clock,
  version,
  jobs,
  stateReach,
  storageRequests,
  serversReach,
  ...inner
}: MetricsPorts): Meters {
  const startedMs = clock.nowMs()
  const watched = watchStores(inner)
  const metered = meterGate(inner.gate, clock)
  const requests = createRequestMetrics()
  const dependencies = createDependencyMetrics(stateReach ?? null, storageRequests, serversReach)

  const process: readonly MetricFamily[] = [
    {
      name: 'jetsam_build_info',
      help: 'Always 1; the label says what runs here.',
      type: 'gauge',
      samples: [{ labels: { version }, value: 1 }],
    },
    gauge('process_start_time_seconds', 'When this process started.', startedMs / 1000),
  ]

  return {
    stores: { objects: watched.objects, uploadStore: watched.uploadStore },
    gate: metered.gate,
    watchCollections(collections, events, known) {
      const runs = createRunMetrics(collections, events, known, jobs)
      return {
        countRequest: requests.count,
        isStorageWritable: watched.isWritable,
        storageAnswered: dependencies.storageAnswered,
        exposition: async () =>
          writeExposition([
            ...process,
            ...(await runs.families()),
            ...(await runningFamilies(known.running, clock)),
            ...metered.families(),
            ...requests.families(),
            ...watched.families(),
            ...dependencies.families(),
          ]),
      }
    },
  }
}
