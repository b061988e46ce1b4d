import type { Clock, Pause } from '#domain/time/clock.ts'
import type { PushGate } from '#coordination/push-gate.ts'
import type { AccessTokenKeeper } from '#services/accounts/access-tokens.ts'
import type { AnonymousAccess } from '#services/accounts/anonymous-access.ts'
import type { Authentication } from '#services/accounts/authentication.ts'
import type { Collections } from '#services/collections/collections.ts'
import type { OpenUploads } from '#services/images/open-uploads.ts'
import type { People } from '#services/accounts/people.ts'
import type { Scheduler } from '#services/collections/scheduler.ts'
import type { Verifications } from '#services/collections/verifications.ts'
import type { Registry } from '#registry/registry.ts'
import type { State } from '#state/state.ts'
import type { BearerTokens } from './middleware/bearer-tokens.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { AnsweredRequest } from './metrics/request-metrics.ts'

/** A `fetch` that reaches this application without a network. */
export type LocalFetch = (request: Request) => Promise<Response>

/** Where sample images are pushed to: this application, in the name of who asked for them. */
export interface SampleTarget {
  readonly push: LocalFetch
  /** `http://127.0.0.1:4400` */
  readonly origin: string
}

/** What the application tells clients about where it runs. */
export interface HostInfo {
  readonly kind: 'server' | 'mock'
  readonly version: string
  /** Where clients push to, as they must write it; null: the host that the request names. */
  readonly registryHost: string | null
  /** Whose pages may use `/v2` in a browser; unless given, none but our own. */
  readonly corsOrigins?: readonly string[]
}

/** `given up`: the disk is full, and lacks the space that is kept for what frees some. */
export type ReserveState = 'held' | 'given up' | 'none'

export interface DiskHealth {
  readonly writable: boolean
  readonly reserve: ReserveState
}

/** Everything that the HTTP application stands on. A host builds it once. */
export interface ApiServices {
  readonly registry: Registry
  readonly state: State
  readonly authentication: Authentication
  readonly people: People
  readonly accessTokens: AccessTokenKeeper
  readonly bearerTokens: BearerTokens
  readonly anonymousAccess: AnonymousAccess
  readonly collections: Collections
  readonly verifications: Verifications
  readonly scheduler: Scheduler
  readonly gate: PushGate
  readonly openUploads: OpenUploads
  readonly clock: Clock
  readonly pause: Pause
  readonly createId: () => string
  /** Pushes the sample images through `/v2/`. Resolves to the repositories it made. */
  readonly loadSamples: (target: SampleTarget) => Promise<readonly string[]>
  readonly host: HostInfo
  readonly metrics: Metrics
  /** How the disks are that hold images and state. Costs nothing. */
  readonly disks: { readonly storage: () => DiskHealth; readonly state: () => DiskHealth }
  /** Told of every request from outside that was answered, to be logged. */
  readonly requestAnswered: (request: AnsweredRequest) => void
  /** Told of every failure that a client sees only as status 5xx, to be logged. */
  readonly reportFailure: (error: unknown, request: string) => void
}
