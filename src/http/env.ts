import type { Actor } from '#services/activity/actor.ts'
import type { Principal } from '#services/accounts/authentication.ts'
import type { BeforeChange } from '#registry/before-change.ts'
import type { Context } from 'hono'
import type { BearerGrant } from './middleware/bearer-tokens.ts'
import type { LocalFetch } from './services.ts'

/** What a host knows of a request besides the request. */
export interface HostBindings {
  /** The client's address: the far side of the connection, or of the one to a trusted proxy. */
  readonly remoteAddress?: string
  /** Where people and clients reach the host, where that is not what the request names. */
  readonly publicOrigin?: string
  /** The session, from a host that cannot carry cookies. */
  readonly sessionToken?: string
}

/** Throws what who asks is refused with. */
export type AccessCheck = () => unknown

/** The types of the Hono application: what handlers find in their context. */
export interface Env {
  Bindings: HostBindings & {
    /** Proven already: for calls that the application makes to itself. Never from a request. */
    readonly principal?: Principal
  }
  Variables: {
    /** Who asks; null when nobody has signed in. */
    principal: Principal | null
    /** The token of the session that `principal` comes from; null with Basic. */
    sessionToken: string | null
    /** What the bearer token of `/v2` is for; null without one. */
    bearer: BearerGrant | null
    /** What was required of who asks. */
    required?: readonly AccessCheck[]
    /** Requires it once more, of who asks as they are now: to be called just before a change. */
    confirmAccess?: BeforeChange
    /** Calls the application itself as the same principal. */
    localFetch: LocalFetch
  }
}

/** For changes that wait for others: requires again what was required of who asks. */
export const confirming =
  (context: Context<Env>): BeforeChange =>
  async () =>
    context.var.confirmAccess?.()

/** Who does it and from where, for the activity log. */
export const actorOf = (context: Context<Env>): Actor => ({
  name: context.var.principal?.name ?? null,
  from: context.env.remoteAddress ?? null,
})
