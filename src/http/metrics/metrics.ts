import type { Clock } from '#domain/time/clock.ts'
import type { GateKeeper, PushGate } from '#coordination/push-gate.ts'
import type { DomainEvents } from '#services/activity/domain-events.ts'
import type { Collections } from '#services/collections/collections.ts'
import type { Reclaimable } from '#services/collections/reclaimable.ts'
import type { DeleteBatch } from '#storage/object-store.ts'
import type { Storage } from '#storage/storage.ts'
import type { Jobs } from '#state/jobs.ts'
import { gauge, writeExposition, type MetricFamily } from './exposition.ts'
import { meterGate } from './gate-metrics.ts'
import { createRequestMetrics, type RequestMetrics } from './request-metrics.ts'
import { createRunMetrics } from './run-metrics.ts'
import { watchStorage } from './storage-metrics.ts'

/** The metrics of one process. */
export interface Metrics {
  countRequest: RequestMetrics['count']
  /** The whole text of `/metrics`. Reads the history of runs, never the storage. */
  exposition(): Promise<string>
  /** False after a change that the storage refused, until a change succeeds. */
  isStorageWritable(): boolean
}

export interface MetricsPorts {
  readonly clock: Clock
  readonly storage: Storage
  readonly gate: PushGate & GateKeeper
  readonly jobs: Jobs
  readonly version: string
}

export interface Meters {
  /** Use these instead of the ones passed in. */
  readonly storage: Storage
  readonly gate: PushGate & GateKeeper
  /** Watches removals that do not go through `storage`. */
  watchDeletes(deleteBatch: DeleteBatch): DeleteBatch
  watchCollections(
    collections: Collections,
    events: DomainEvents,
    reclaimable: Reclaimable,
  ): Metrics
}

/** Wraps what a host provides with meters. */
export function createMeters({ clock, version, jobs, ...inner }: MetricsPorts): Meters {
  const startedMs = clock.nowMs()
  const watched = watchStorage(inner.storage)
  const metered = meterGate(inner.gate, clock)
  const requests = createRequestMetrics()

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
    storage: watched.storage,
    gate: metered.gate,
    watchDeletes: watched.watchDeletes,
    watchCollections(collections, events, reclaimable) {
      const runs = createRunMetrics(collections, events, reclaimable, jobs)
      return {
        countRequest: requests.count,
        isStorageWritable: watched.isWritable,
        exposition: async () =>
          writeExposition([
            ...process,
            ...(await runs.families()),
            ...metered.families(),
            ...requests.families(),
            ...watched.families(),
          ]),
      }
    },
  }
}
