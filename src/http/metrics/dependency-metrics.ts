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
    /** How often a connection, a statement or its answer took too long, since the start. */
    readonly timeouts: number
  }
}

/** What was asked of a store on the network since the start, each attempt by itself. */
export interface StorageRequests {
  readonly requests: readonly {
    /** As the store's API names it: `GetObject`. */
    readonly operation: string
    readonly outcome: string
    readonly count: number
  }[]
  /** Those of them that repeated one before. */
  readonly retries: number
}

/** What is known of the other servers, as of the last look. Costs nothing. */
export interface ServersReach {
  /** How many there are, this one among them. */
  readonly servers: number
  /** Whether this one knows what they agree on; otherwise it answers no pull and no push. */
  readonly isCurrent: boolean
}

export interface DependencyMetrics {
  /** Tells how long an answer of the storage took, in milliseconds; null: there was none. */
  storageAnswered(latencyMs: number | null): void
  families(): readonly MetricFamily[]
}

const requestFamilies = ({ requests, retries }: StorageRequests): readonly MetricFamily[] => [
  {
    name: 'jetsam_storage_requests_total',
    help: 'Requests to the store of images, by what was asked and how it ended; each attempt counts.',
    type: 'counter',
    samples: requests.map(({ operation, outcome, count }) => ({
      labels: { operation, outcome },
      value: count,
    })),
  },
  {
    name: 'jetsam_storage_request_retries_total',
    help: 'Requests to the store of images that repeated one before.',
    type: 'counter',
    samples: [{ value: retries }],
  },
  {
    name: 'jetsam_storage_throttled_total',
    help: 'How often the store of images asked to slow down.',
    type: 'counter',
    samples: [{ value: countOf(requests, 'throttled') }],
  },
]

const countOf = (requests: StorageRequests['requests'], wanted: string): number =>
  requests.reduce((sum, { outcome, count }) => sum + (outcome === wanted ? count : 0), 0)

/**
 * What this server depends on.
 *
 * @param stateReach null: the state is in this process
 * @param storageRequests null: the storage is no service on the network
 * @param serversReach null: this is the only server
 */
export function createDependencyMetrics(
  stateReach: (() => StateReach) | null,
  storageRequests: (() => StorageRequests) | null = null,
  serversReach: (() => ServersReach) | null = null,
): DependencyMetrics {
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
    const servers = serversReach?.()
    if (servers !== undefined) tell('servers', servers.isCurrent, null)
    const { open, idle, waiting, limit } = state?.connections ?? {}
    const asked = storageRequests?.()
    const timeouts: Sample[] = []
    if (asked !== undefined) {
      const value = countOf(asked.requests, 'timed_out')
      timeouts.push({ labels: { dependency: 'storage' }, value })
    }
    if (state !== undefined) {
      timeouts.push({ labels: { dependency: 'database' }, value: state.connections.timeouts })
    }
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
      ...(asked === undefined ? [] : requestFamilies(asked)),
      {
        name: 'jetsam_dependency_timeouts_total',
        help: 'How often what this server depends on did not answer in time.',
        type: 'counter',
        samples: timeouts,
      },
      ...(servers === undefined
        ? []
        : [gauge('jetsam_servers', 'How many servers share storage and state.', servers.servers)]),
    ]
  }

  return {
    storageAnswered(latencyMs) {
      storage = { latencyMs }
    },
    families,
  }
}
