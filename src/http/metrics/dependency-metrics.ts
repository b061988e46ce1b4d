import { gauge, type MetricFamily, type Sample } from './exposition.ts'

/** How a database is reached, as of the last look. Costs nothing. */
export interface StateReach {
  readonly isReachable: boolean
  /** How long the last answer took, in milliseconds. */
  readonly latencyMs: number
  /** How often it has stopped answering since the start. */
  readonly losses: number
  readonly connections: {
    readonly open: number
    readonly idle: number
    /** Calls that wait for one. */
    readonly waiting: number
    readonly limit: number
  }
}

export interface DependencyMetrics {
  /** Tells how long an answer of the storage took, in milliseconds; null: there was none. */
  storageAnswered(latencyMs: number | null): void
  families(): readonly MetricFamily[]
}

/**
 * What this server depends on.
 *
 * @param stateReach null: the state is in this process
 */
export function createDependencyMetrics(stateReach: (() => StateReach) | null): DependencyMetrics {
  /** Null until it was asked. */
  let storage: { readonly latencyMs: number | null } | null = null

  function families(): readonly MetricFamily[] {
    const up: Sample[] = []
    const latency: Sample[] = []
    const tell = (dependency: string, isReachable: boolean, latencyMs: number | null): void => {
      up.push({ labels: { dependency }, value: Number(isReachable) })
      if (latencyMs !== null) latency.push({ labels: { dependency }, value: latencyMs / 1000 })
    }
    if (storage !== null) tell('storage', storage.latencyMs !== null, storage.latencyMs)
    const state = stateReach?.()
    if (state !== undefined) tell('database', state.isReachable, state.latencyMs)
    const { open, idle, waiting, limit } = state?.connections ?? {}
    return [
      {
        name: 'jetsam_dependency_up',
        help: 'Whether what this server depends on answered the last look at it.',
        type: 'gauge',
        samples: up,
      },
      {
        name: 'jetsam_dependency_latency_seconds',
        help: 'How long the last answer of it took.',
        type: 'gauge',
        samples: latency,
      },
      {
        name: 'jetsam_database_losses_total',
        help: 'How often the database has stopped answering.',
        type: 'counter',
        samples: state === undefined ? [] : [{ value: state.losses }],
      },
      {
        name: 'jetsam_database_connections',
        help: 'Connections to the database, by what they do, and the calls that wait for one.',
        type: 'gauge',
        samples: [
          { labels: { state: 'busy' }, value: (open ?? 0) - (idle ?? 0) },
          { labels: { state: 'idle' }, value: idle ?? 0 },
          { labels: { state: 'waiting' }, value: waiting ?? 0 },
        ].slice(0, state === undefined ? 0 : 3),
      },
      gauge(
        'jetsam_database_connections_limit',
        'How many connections to the database there may be.',
        limit ?? null,
      ),
    ]
  }

  return {
    storageAnswered(latencyMs) {
      storage = { latencyMs }
    },
    families,
  }
}
