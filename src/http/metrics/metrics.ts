import type { Clock } from '#domain/time/clock.ts'
import type { GateKeeper, PushGate } from '#coordination/push-gate.ts'
import type { Collections } from '#services/collections/collections.ts'
import type { Storage } from '#storage/storage.ts'
import type { Jobs } from '#state/jobs.ts'
import { gauge, writeExposition, type MetricFamily } from './exposition.ts'
import { meterGate } from './gate-metrics.ts'
import { createRequestMetrics, type RequestMetrics } from './request-metrics.ts'
import { createRunMetrics } from './run-metrics.ts'
import { watchStorage } from './storage-metrics.ts'

/** What is measured of one process. */
export interface Metrics {
  countRequest: RequestMetrics['count']
  /** Everything, as `/metrics` shows it. Reads the history of runs, and never the storage. */
  exposition(): Promise<string>
  /** False from a change that the storage refused until one that it took. */
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
  /** To be used instead of those that were given. */
  readonly storage: Storage
  readonly gate: PushGate & GateKeeper
  /** Watches a change of the storage that is made by other means than `storage`. */
  watchChange<T>(change: Promise<T>): Promise<T>
  watchCollections(collections: Collections): Metrics
}

/** Puts meters in front of what a host gives. */
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
    watchChange: watched.watchChange,
    watchCollections(collections) {
      const runs = createRunMetrics(collections, jobs)
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
