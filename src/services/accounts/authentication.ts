import type { Clock } from '#domain/time/clock.ts'
import { isAccessToken } from '#domain/access/access-token.ts'
import { ok, err, type Result } from '#domain/values/result.ts'
import type { StoredAccessToken } from '#state/access-tokens.ts'
import type { State } from '#state/state.ts'
import type { AccountAccess } from '#state/accounts.ts'
import type { PasswordHasher } from '#state/password-hasher.ts'
import { toHex } from './hex.ts'
import {
  createPasswordProof,
  type AuthenticationRefusal,
  type PasswordProof,
} from './password-proof.ts'
import type { Principal } from './principal.ts'
import { createEvent } from '../activity/record-activity.ts'
import { hashOfToken } from './token-hash.ts'
import { writeAtomically } from '../full-disk/write-atomically.ts'

export type { Principal }

export interface SignedIn {
  readonly principal: Principal
  /** 32 random bytes in hexadecimal: the cookie's value. Only its SHA-256 is stored. */
  readonly token: string
  readonly expiresAtMs: number
}

export type { AuthenticationRefusal }

/** Proves accounts, and answers what they may access. */
export interface Authentication {
  /**
   * Proves a name and password, as HTTP Basic sends them with every request. Memory keeps right
   * credentials for a day after each use, so that a client's requests cost one hash; the account is
   * read every time, so that a change takes effect at once.
   */
  withPassword(
    name: string,
    password: string,
    from: string | null,
  ): Promise<Result<Principal, AuthenticationRefusal>>
  /** Like `withPassword`, but also accepts an access token as the password: for programs. */
  withCredentials(
    name: string,
    secret: string,
    from: string | null,
  ): Promise<Result<Principal, AuthenticationRefusal>>
  /**
   * The account of an access token; null if the token is unknown, revoked or expired, or the
   * account inactive.
   */
  withAccessToken(secret: string): Promise<Principal | null>
  /**
   * The present state of an account that was proven before; null if it is inactive or gone, its
   * password has changed, or the access token is revoked or expired. For what outlives the request
   * that proved it.
   */
  withEarlierProof(proven: ProvenBefore): Promise<Principal | null>
  /** An anonymous caller. */
  anonymous(): Promise<Principal>
  /** Starts a browser session. */
  signIn(
    name: string,
    password: string,
    from: string | null,
  ): Promise<Result<SignedIn, AuthenticationRefusal>>
  /**
   * The account of a session; null if the session is unknown or has ended, or the account inactive.
   */
  withSession(token: string): Promise<Principal | null>
  /** Ends a session. An unknown token is no error. */
  signOut(token: string, from: string | null): Promise<void>
}

export interface ProvenBefore {
  readonly name: string
  readonly stamp: string
  /** The access token that proved the account; null: a password or a session. */
  readonly tokenID: string | null
}

export interface AuthenticationDeps {
  readonly state: State
  readonly hasher: PasswordHasher
  readonly clock: Clock
  readonly createId: () => string
  /** Cryptographically random bytes. */
  readonly randomBytes: (length: number) => Uint8Array
  readonly sha256: (bytes: Uint8Array) => Uint8Array
}

/** A browser stays signed in for this long, used or not. */
const sessionLifetimeMs = 24 * 3_600_000

/** The last use of an access token is stored at most this often: it comes with every request. */
const lastUsedWithinMs = 5 * 60_000

const tokenBytes = 32
const tokenPattern = /^[a-f0-9]{64}$/

/** With what a process remembers of proofs and of tokens in use. */
interface AuthenticationState extends AuthenticationDeps {
  readonly prove: PasswordProof
  /** Ids of access tokens whose last use is being stored. */
  readonly beingNoted: Set<string>
}

export function createAuthentication(deps: AuthenticationDeps): Authentication {
  const known: AuthenticationState = {
    ...deps,
    prove: createPasswordProof(deps),
    beingNoted: new Set(),
  }
  return {
    withPassword: (...credentials) => withPassword(known, ...credentials),
    withCredentials: (...credentials) => withCredentials(known, ...credentials),
    withAccessToken: (secret) => withAccessToken(known, secret),
    withEarlierProof: (proven) => withEarlierProof(known, proven),
    anonymous: () => anonymousPrincipal(known),
    signIn: (...credentials) => signIn(known, ...credentials),
    withSession: (token) => withSession(known, token),
    signOut: (token, from) => signOut(known, token, from),
  }
}

async function withPassword(
  known: AuthenticationState,
  name: string,
  password: string,
  from: string | null,
): Promise<Result<Principal, AuthenticationRefusal>> {
  const proof = await known.prove(name, password, from)
  return proof.ok ? ok(principalOf(known, proof.value)) : proof
}

async function withCredentials(
  known: AuthenticationState,
  name: string,
  secret: string,
  from: string | null,
): Promise<Result<Principal, AuthenticationRefusal>> {
  if (!isAccessToken(secret)) return withPassword(known, name, secret, from)
  // A token has 256 random bits and is found by its hash: neither guessing nor timing helps, so
  // this needs no throttle and no slow password hash.
  const principal = await withAccessToken(known, secret)
  return principal?.name === name
    ? ok(principal)
    : err({ code: 'NOT_AUTHENTICATED', message: wrongToken })
}

async function withAccessToken(
  known: AuthenticationState,
  secret: string,
): Promise<Principal | null> {
  if (!isAccessToken(secret)) return null
  const token = await known.state.accessTokens.findBySecret(hashOfToken(secret, known.sha256))
  return token && principalOfToken(known, token)
}

async function withEarlierProof(
  known: AuthenticationState,
  { name, stamp, tokenID }: ProvenBefore,
): Promise<Principal | null> {
  const { accounts, accessTokens } = known.state
  let principal: Principal | null = null
  if (tokenID === null) {
    const found = await accounts.findWithAccess(name)
    if (found?.account.isActive) principal = principalOf(known, found)
  } else {
    const token = await accessTokens.find(tokenID)
    if (token !== null) principal = await principalOfToken(known, token)
  }
  return principal?.name === name && principal.stamp === stamp ? principal : null
}

async function anonymousPrincipal({ state }: AuthenticationDeps): Promise<Principal> {
  const publicGrants = await state.settings.anonymousGrants()
  return { name: 'anonymous', isAdmin: false, grants: [], publicGrants }
}

async function signIn(
  known: AuthenticationState,
  name: string,
  password: string,
  from: string | null,
): Promise<Result<SignedIn, AuthenticationRefusal>> {
  const proof = await known.prove(name, password, from)
  if (!proof.ok) {
    const isToken = proof.refusal.code === 'NOT_AUTHENTICATED' && isAccessToken(password)
    return isToken ? err({ ...proof.refusal, message: noTokenHere }) : proof
  }
  const createdAtMs = known.clock.nowMs()
  const expiresAtMs = createdAtMs + sessionLifetimeMs
  const token = toHex(known.randomBytes(tokenBytes))
  await known.state.sessions.removeExpired(createdAtMs)
  const tokenHash = hashOfToken(token, known.sha256)
  const session = { tokenHash, accountName: name, createdAtMs, expiresAtMs }
  const event = createEvent(known, 'signed in', { name, from }, { account: name })
  await writeAtomically(known.state, async (parts) => {
    await parts.sessions.add(session)
    await parts.activity.record(event)
  })
  return ok({ principal: principalOf(known, proof.value), token, expiresAtMs })
}

async function withSession(known: AuthenticationState, token: string): Promise<Principal | null> {
  if (!tokenPattern.test(token)) return null
  const { accounts, sessions } = known.state
  const session = await sessions.find(hashOfToken(token, known.sha256))
  if (session === null || session.expiresAtMs <= known.clock.nowMs()) return null
  const found = await accounts.findWithAccess(session.accountName)
  return found?.account.isActive ? principalOf(known, found) : null
}

async function signOut(
  known: AuthenticationState,
  token: string,
  from: string | null,
): Promise<void> {
  const { sessions } = known.state
  const tokenHash = hashOfToken(token, known.sha256)
  const session = await sessions.find(tokenHash)
  if (session === null) return
  const name = session.accountName
  const event = createEvent(known, 'signed out', { name, from }, { account: name })
  await writeAtomically(known.state, async (parts) => {
    await parts.sessions.remove(tokenHash)
    await parts.activity.record(event)
  })
  // Also one in memory, from a time when the disk was full.
  await sessions.remove(tokenHash)
}

async function principalOfToken(
  known: AuthenticationState,
  token: StoredAccessToken,
): Promise<Principal | null> {
  const nowMs = known.clock.nowMs()
  if (token.expiresAtMs !== null && token.expiresAtMs <= nowMs) return null
  const found = await known.state.accounts.findWithAccess(token.accountName)
  if (!found?.account.isActive) return null
  const { isAdmin, grants, ...principal } = principalOf(known, found)
  noteUse(known, token, nowMs)
  const { id, repositories, actions } = token
  return {
    ...principal,
    isAdmin: false,
    grants: [],
    token: { id, scope: { repositories, actions }, owner: { isAdmin, grants } },
  }
}

/** Runs beside the request, which neither waits for it nor fails with it. */
function noteUse(
  { state, beingNoted }: AuthenticationState,
  { id, lastUsedAtMs }: StoredAccessToken,
  nowMs: number,
): void {
  const isNoted = lastUsedAtMs !== null && Math.abs(nowMs - lastUsedAtMs) < lastUsedWithinMs
  if (isNoted || beingNoted.has(id)) return
  beingNoted.add(id)
  const forget = () => beingNoted.delete(id)
  state.accessTokens.setLastUsed(id, nowMs).then(forget, forget)
}

function principalOf(
  { sha256 }: AuthenticationDeps,
  { account, grants, publicGrants }: AccountAccess,
): Principal {
  const { createdAtMs, passwordHash } = account
  return {
    name: account.name,
    isAdmin: account.isAdmin,
    grants,
    publicGrants,
    createdAtMs,
    stamp: hashOfToken(JSON.stringify([createdAtMs, passwordHash]), sha256).slice(0, 32),
  }
}

const wrongToken =
  'the access token is wrong, revoked, expired, or not of this name: send it as the password of the account that it belongs to'

const noTokenHere = 'an access token is for programs: sign in here with the password of the account'
