import type { AccessLevel, Grant } from '#domain/access-level.ts'
import type { Parsed } from '#domain/parsed.ts'
import type { Clock } from '#collector/ports.ts'
import type { State } from '#state/state.ts'
import type { PasswordHasher } from '#state/password-hasher.ts'

/** Somebody whose identity is proven, for the length of one request. */
export interface Principal {
  readonly name: string
  readonly isAdmin: boolean
  readonly grants: readonly Grant[]
}

/** The same answer for an unknown name, a wrong password and an inactive account. */
export interface WrongCredentials {
  readonly code: 'NOT_AUTHENTICATED'
  readonly message: string
}

export interface TooManyAttempts {
  readonly code: 'TOO_MANY_ATTEMPTS'
  readonly message: string
  /** Whole seconds, at least 1: what `Retry-After` says. */
  readonly retryAfterSeconds: number
}

export type AuthenticationRefusal = WrongCredentials | TooManyAttempts

export interface SignedIn {
  readonly principal: Principal
  /** 32 random bytes as base64url: the cookie's value. Only its SHA-256 is stored. */
  readonly token: string
  readonly expiresAtMs: number
}

/** Who somebody is, and what they may do. */
export interface Authentication {
  /**
   * Proves a name and password, as HTTP Basic sends them with every request. Credentials that were
   * right are remembered in memory for some minutes, so that a client's hundred requests cost one
   * hash; the account is looked up every time, so that a change of it has effect at once.
   */
  withPassword(
    name: string,
    password: string,
    from: string | null,
  ): Promise<Parsed<Principal, AuthenticationRefusal>>
  /** Starts a browser session. */
  signIn(
    name: string,
    password: string,
    from: string | null,
  ): Promise<Parsed<SignedIn, AuthenticationRefusal>>
  /** Whose session this is; null when it is unknown or over, or the account inactive. */
  withSession(token: string): Promise<Principal | null>
  /** Ends a session. An unknown token is no error. */
  signOut(token: string, from: string | null): Promise<void>
  /** What somebody may do with a repository (`team/app`) or a namespace (`team`); null: nothing. */
  accessLevel(principal: Principal, repository: string): AccessLevel | null
  /** Resolves to false, and changes nothing, when there is an active administrator already. */
  createFirstAdministrator(name: string, password: string): Promise<boolean>
}

export interface AuthenticationPorts {
  readonly state: State
  readonly hasher: PasswordHasher
  readonly clock: Clock
  readonly createId: () => string
  /** Cryptographically random bytes. */
  readonly randomBytes: (length: number) => Uint8Array
  readonly sha256: (bytes: Uint8Array) => Uint8Array
}

export type CreateAuthentication = (ports: AuthenticationPorts) => Authentication
