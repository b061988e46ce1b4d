import type { ServersReach } from './metrics/dependency-metrics.ts'
import type { Clock, Pause } from '#domain/time/clock.ts'
import type { PushGate } from '#coordination/push-gate.ts'
import type { AccountTurns } from '#services/accounts/account-queues.ts'
import type { PasswordHasher } from '#state/password-hasher.ts'
import type { Authentication } from '#services/accounts/authentication.ts'
import type { JobRunner } from '#services/jobs/job-runner.ts'
import type { Collections } from '#services/jobs/kinds/collection/start-collection.ts'
import type { Explanations } from '#services/garbage-collection/explanations.ts'
import type { RecentlyDeleted } from '#services/garbage-collection/recently-deleted.ts'
import type { Reclaimable } from '#services/garbage-collection/reclaimable.ts'
import type { Wholeness } from '#services/garbage-collection/wholeness.ts'
import type { ChangesOfServers } from '#services/several/changes-of-servers.ts'
import type { UploadQuota } from '#services/images/upload-quota.ts'
import type { Scheduler } from '#services/jobs/scheduler.ts'
import type { Schedulers } from '#services/jobs/schedulers.ts'
import type { Verifications } from '#services/jobs/kinds/verification/verifications.ts'
import type { KeptPreviews } from '#services/retention/kept-previews.ts'
import type { RunningGuard } from '#services/retention/running/running-guard.ts'
import type { PullRecorder } from '#services/retention/pull-recorder.ts'
import type { FindProtection } from '#registry/tags/protected-tags.ts'
import type { Registry } from '#registry/registry.ts'
import type { State } from '#state/state.ts'
import type { BearerTokens } from './middleware/bearer-tokens.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { AnsweredRequest } from './metrics/request-metrics.ts'

/** A `fetch` that reaches this application without a network. */
export type LocalFetch = (request: Request) => Promise<Response>

/** The target of a push of sample images: this application, in the name of the caller. */
export interface SampleTarget {
  readonly push: LocalFetch
  /** `http://127.0.0.1:4400` */
  readonly origin: string
}

/** What the application tells clients about its address. */
export interface HostInfo {
  readonly kind: 'server' | 'mock'
  readonly version: string
  /** The registry's address as clients must write it; null: the host that the request names. */
  readonly registryHost: string | null
  /** Origins whose pages may use `/v2` in a browser; absent: only our own. */
  readonly corsOrigins?: readonly string[]
}

/** `given up`: the disk is full, and the space reserved for what frees some is used. */
export type ReserveState = 'held' | 'given up' | 'none'

export interface DiskHealth {
  readonly writable: boolean
  readonly reserve: ReserveState
}

/** What the state is on: a disk, or a database that this process may not reach. */
export interface StateHealth extends DiskHealth {
  readonly reachable: boolean
  /** How long the last answer of a database took, in milliseconds; 0 without one. */
  readonly latencyMs: number
}

/** Everything that the HTTP application needs. A host builds it once. */
export interface ApiServices {
  readonly registry: Registry
  /** Rejects soon if the storage does not answer; absent: any read of it tells. */
  readonly reachStorage?: () => Promise<void>
  readonly state: State
  readonly authentication: Authentication
  readonly accountTurns: AccountTurns
  readonly hasher: PasswordHasher
  /** Cryptographically random bytes. */
  readonly randomBytes: (length: number) => Uint8Array
  readonly sha256: (bytes: Uint8Array) => Uint8Array
  readonly bearerTokens: BearerTokens
  readonly jobs: JobRunner
  readonly collections: Collections
  readonly reclaimable: Reclaimable
  readonly wholeness: Wholeness
  readonly explanations: Explanations
  /** What a collection would take of what was deleted less than so many hours ago. */
  readonly recentlyDeleted: (hours: number) => Promise<RecentlyDeleted>
  readonly verifications: Verifications
  /** Of collections. */
  readonly scheduler: Scheduler
  /** Of cleaning by rule. */
  readonly retentionScheduler: Scheduler
  readonly schedulers: Schedulers
  /** Of rules of retention. */
  readonly previews: KeptPreviews
  readonly pullRecorder: PullRecorder
  /** What was reported to run. */
  readonly running: RunningGuard
  /** Which tags may not be moved or deleted. */
  readonly findProtection: FindProtection
  readonly gate: PushGate
  readonly otherServers: ChangesOfServers
  readonly uploadQuota: UploadQuota
  readonly clock: Clock
  readonly pause: Pause
  readonly createId: () => string
  /** Pushes the sample images through `/v2/`. Resolves to the repositories that it created. */
  readonly loadSamples: (target: SampleTarget) => Promise<readonly string[]>
  readonly host: HostInfo
  readonly metrics: Metrics
  /** The state of the disks that hold images and state. Costs nothing. */
  readonly disks: { readonly storage: () => DiskHealth; readonly state: () => StateHealth }
  /** What is known of the other servers; absent: there are none. Costs nothing. */
  readonly serversReach?: () => ServersReach
  /** How many more bytes of images fit; null: it cannot be told. */
  readonly freeBytes: () => Promise<number | null>
  /** Called with every answered request from outside, for the log. */
  readonly requestAnswered: (request: AnsweredRequest) => void
  /** Called with every failure that a client sees only as a 5xx, for the log. */
  readonly reportFailure: (error: unknown, request: string) => void
}
