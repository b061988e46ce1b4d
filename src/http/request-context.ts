import type { Actor } from '#services/activity/actor.ts'
import type { Principal } from '#services/accounts/authentication.ts'
import type { BeforeChange } from '#registry/before-change.ts'
import type { Context } from 'hono'
import type { BearerGrant } from './middleware/bearer-tokens.ts'
import type { LocalFetch } from './services.ts'

/** What a host knows about a request beyond the request itself. */
export interface HostBindings {
  /** The client's address: the peer of the connection, or the client that a trusted proxy names. */
  readonly remoteAddress?: string
  /** The address at which people and clients reach the host, if the request does not name it. */
  readonly publicOrigin?: string
  /** The session token, from a host that cannot send cookies. */
  readonly sessionToken?: string
}

/** Throws the refusal if the caller has no access. */
export type AccessCheck = () => unknown

/** The types of the Hono application: what handlers find in their context. */
export interface Env {
  Bindings: HostBindings & {
    /**
     * Proven already: for calls that the application makes to itself. Never taken from a request.
     */
    readonly principal?: Principal
  }
  Variables: {
    /** The caller; null without credentials. */
    principal: Principal | null
    /** The token of the caller's session; null with Basic. */
    sessionToken: string | null
    /** What the bearer token of `/v2` allows; null without one. */
    bearer: BearerGrant | null
    /** The checks that the caller has passed. */
    required?: readonly AccessCheck[]
    /** Repeats these checks for the caller's present account: called just before a change. */
    confirmAccess?: BeforeChange
    /** Calls the application itself as the same principal. */
    localFetch: LocalFetch
  }
}

/** Repeats the caller's checks: for changes that may have waited. */
export const confirming =
  (context: Context<Env>): BeforeChange =>
  async () =>
    context.var.confirmAccess?.()

/** The caller and their address, for the activity. */
export const actorOf = (context: Context<Env>): Actor => ({
  name: context.var.principal?.name ?? null,
  from: context.env.remoteAddress ?? null,
})
