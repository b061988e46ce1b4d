import { expect, test } from 'vitest'
import { createDependencyMetrics, type StateReach } from './dependency-metrics.ts'
import { writeExposition } from './exposition.ts'

const valuesOf = (metrics: ReturnType<typeof createDependencyMetrics>): readonly string[] =>
  writeExposition(metrics.families())
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))

const reached: StateReach = {
  isReachable: true,
  latencyMs: 2,
  losses: 3,
  connections: { open: 4, idle: 1, waiting: 5, limit: 10, timeouts: 6 },
}

test('tells nothing of a storage that has not been asked yet, nor of a database that is not there', () => {
  expect(valuesOf(createDependencyMetrics(null))).toEqual([])
})

test('tells whether storage and database answered, and how fast', () => {
  let state = reached
  const metrics = createDependencyMetrics(() => state)
  metrics.storageAnswered(40)
  expect(valuesOf(metrics)).toEqual([
    'jetsam_dependency_up{dependency="storage"} 1',
    'jetsam_dependency_up{dependency="database"} 1',
    'jetsam_dependency_latency_seconds{dependency="storage"} 0.04',
    'jetsam_dependency_latency_seconds{dependency="database"} 0.002',
    'jetsam_database_losses_total 3',
    'jetsam_database_connections{state="busy"} 3',
    'jetsam_database_connections{state="idle"} 1',
    'jetsam_database_connections{state="waiting"} 5',
    'jetsam_database_connections_limit 10',
    'jetsam_dependency_timeouts_total{dependency="database"} 6',
  ])
  metrics.storageAnswered(null)
  state = { ...reached, isReachable: false }
  expect(valuesOf(metrics)).toEqual(
    expect.arrayContaining([
      'jetsam_dependency_up{dependency="storage"} 0',
      'jetsam_dependency_up{dependency="database"} 0',
    ]),
  )
})

test('counts what was asked of a store on the network, and how it ended', () => {
  const requests = [
    { operation: 'GetObject', outcome: 'ok', count: 7 },
    { operation: 'GetObject', outcome: 'throttled', count: 2 },
    { operation: 'PutObject', outcome: 'throttled', count: 1 },
    { operation: 'PutObject', outcome: 'timed_out', count: 4 },
  ]
  expect(valuesOf(createDependencyMetrics(null, () => ({ requests, retries: 3 })))).toEqual([
    'jetsam_storage_requests_total{operation="GetObject",outcome="ok"} 7',
    'jetsam_storage_requests_total{operation="GetObject",outcome="throttled"} 2',
    'jetsam_storage_requests_total{operation="PutObject",outcome="throttled"} 1',
    'jetsam_storage_requests_total{operation="PutObject",outcome="timed_out"} 4',
    'jetsam_storage_request_retries_total 3',
    'jetsam_storage_throttled_total 3',
    'jetsam_dependency_timeouts_total{dependency="storage"} 4',
  ])
})
