import type { Clock } from '#collector/ports.ts'
import { accessLevelOver, type AccessLevel, type Grant } from '#domain/access-level.ts'
import { accepted, type Parsed } from '#domain/parsed.ts'
import type { State } from '#state/state.ts'
import type { Account } from '#state/accounts.ts'
import type { PasswordHasher } from '#state/password-hasher.ts'
import { theServer } from './actor.ts'
import { toHex } from './hex.ts'
import { createPasswordProof, type AuthenticationRefusal } from './password-proof.ts'
import { createRecordActivity } from './record-activity.ts'
import { hashOfToken } from './token-hash.ts'

/** Somebody whose identity is proven, for the length of one request. */
export interface Principal {
  readonly name: string
  readonly isAdmin: boolean
  readonly grants: readonly Grant[]
}

export interface SignedIn {
  readonly principal: Principal
  /** 32 random bytes in hexadecimal: the cookie's value. Only its SHA-256 is stored. */
  readonly token: string
  readonly expiresAtMs: number
}

export type { AuthenticationRefusal }

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

/** A browser stays signed in for so long, whether it is used or not. */
const sessionLifetimeMs = 24 * 3_600_000

const tokenBytes = 32
const tokenPattern = /^[a-f0-9]{64}$/

export function createAuthentication(ports: AuthenticationPorts): Authentication {
  const { clock, hasher } = ports
  const { accounts, activity, sessions } = ports.state
  const record = createRecordActivity({ ...ports, activity })
  const prove = createPasswordProof({ ...ports, accounts, record })

  const hashOf = (token: string): string => hashOfToken(token, ports.sha256)

  const principalOf = async ({ name, isAdmin }: Account): Promise<Principal> => ({
    name,
    isAdmin,
    grants: await accounts.grantsOf(name),
  })

  return {
    async withPassword(name, password, from) {
      const proof = await prove(name, password, from)
      return proof.ok ? accepted(await principalOf(proof.value)) : proof
    },

    async signIn(name, password, from) {
      const proof = await prove(name, password, from)
      if (!proof.ok) return proof
      const createdAtMs = clock.nowMs()
      const expiresAtMs = createdAtMs + sessionLifetimeMs
      const token = toHex(ports.randomBytes(tokenBytes))
      await sessions.removeExpired(createdAtMs)
      await sessions.add({ tokenHash: hashOf(token), accountName: name, createdAtMs, expiresAtMs })
      await record('signed in', { name, from }, { subject: name })
      return accepted({ principal: await principalOf(proof.value), token, expiresAtMs })
    },

    async withSession(token) {
      if (!tokenPattern.test(token)) return null
      const session = await sessions.find(hashOf(token))
      if (session === null || session.expiresAtMs <= clock.nowMs()) return null
      const account = await accounts.find(session.accountName)
      return account?.isActive ? principalOf(account) : null
    },

    async signOut(token, from) {
      const tokenHash = hashOf(token)
      const session = await sessions.find(tokenHash)
      if (session === null) return
      await sessions.remove(tokenHash)
      const name = session.accountName
      await record('signed out', { name, from }, { subject: name })
    },

    accessLevel: (principal, repository) =>
      principal.isAdmin ? 'admin' : accessLevelOver(principal.grants, repository),

    async createFirstAdministrator(name, password) {
      const all = await accounts.list()
      if (all.some(({ isAdmin, isActive }) => isAdmin && isActive)) return false
      const passwordHash = await hasher.hash(password)
      const createdAtMs = clock.nowMs()
      const account = { name, passwordHash, isAdmin: true, isActive: true, createdAtMs }
      if (!(await accounts.create(account))) return false
      await record('account created', theServer, {
        subject: name,
        detail: 'as the first administrator',
      })
      return true
    },
  }
}
