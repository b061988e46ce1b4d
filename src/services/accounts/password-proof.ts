import type { Clock } from '#domain/time/clock.ts'
import { ok, err, type Result } from '#domain/values/result.ts'
import type { AccountAccess, Accounts } from '#state/accounts.ts'
import type { PasswordHasher } from '#state/password-hasher.ts'
import { addressKey } from './address-key.ts'
import { createAttemptThrottle } from './attempt-throttle.ts'
import { toHex } from './hex.ts'
import { createPasswordQueue, PasswordQueueFull, type PasswordCheck } from './password-queue.ts'
import { createRecentKeys } from './recent-keys.ts'
import { recordActivity, type ActivityDeps } from '../activity/record-activity.ts'
import { createVerifiedCredentials, type VerifiedCredentialsPorts } from './verified-credentials.ts'

/** The same answer for an unknown name, a wrong password and an inactive account. */
export interface WrongCredentials {
  readonly code: 'NOT_AUTHENTICATED'
  readonly message: string
}

export interface TooManyAttempts {
  readonly code: 'TOO_MANY_ATTEMPTS'
  readonly message: string
  /** Whole seconds, at least 1, for `Retry-After`. */
  readonly retryAfterSeconds: number
}

export type AuthenticationRefusal = WrongCredentials | TooManyAttempts

export interface PasswordProofPorts extends VerifiedCredentialsPorts, ActivityDeps {
  readonly state: ActivityDeps['state'] & { readonly accounts: Pick<Accounts, 'findWithAccess'> }
  readonly hasher: PasswordHasher
  readonly clock: Clock
}

/** Enough for a person who mistypes; an attacker gets 120 guesses an hour at one name. */
const perNameAndAddress = { attempts: 10, withinMs: 5 * 60_000 }
/** Against guessing one password at many names. An address may stand for a whole office. */
const perAddress = { attempts: 100, withinMs: 5 * 60_000 }
/**
 * The limit of wrong passwords for a name from a known place, after which a right one is refused
 * too.
 */
const perKnownName = { attempts: 1000, withinMs: 5 * 60_000 }

/** A place where a name had a right password is known for this long after the last use. */
const knownPlace = { lastMs: 30 * 24 * 3_600_000, maximum: 10_000 }

/** Longer names belong to no account: nothing is read, hashed, counted or stored for them. */
const longestName = 64
const longestPassword = 1024

/** The approximate time in which the queue is empty again. */
const queueRetrySeconds = 5

export type PasswordProof = (
  name: string,
  password: string,
  from: string | null,
) => Promise<Result<AccountAccess, AuthenticationRefusal>>

/** Proves that a name and a password belong together, and slows down guessing. */
export function createPasswordProof(ports: PasswordProofPorts): PasswordProof {
  const { clock, hasher } = ports
  const { accounts } = ports.state
  const credentials = createVerifiedCredentials(ports)
  const nameThrottle = createAttemptThrottle(clock, perNameAndAddress)
  const addressThrottle = createAttemptThrottle(clock, perAddress)
  const knownThrottle = createAttemptThrottle(clock, perKnownName)
  const knownPlaces = createRecentKeys(clock, knownPlace)
  const queue = createPasswordQueue()
  let decoy: Promise<string> | null = null

  /** Null: the queue of checks is full. */
  const isRight = (key: string, check: PasswordCheck): Promise<boolean | null> =>
    credentials
      .check(key, () => queue.check(check))
      .catch((error: unknown) => {
        if (error instanceof PasswordQueueFull) return null
        throw error
      })

  return async (name, password, from) => {
    if (name.length > longestName || password.length > longestPassword) return wrong
    // Awaited for known names too: the time must not reveal an unknown one.
    decoy ??= hasher.hash(toHex(ports.randomBytes(16)))
    const decoyHash = await decoy
    const found = await accounts.findWithAccess(name)
    const account = found?.account ?? null
    const passwordHash = account?.passwordHash ?? decoyHash
    const key = credentials.keyOf(name, password, passwordHash)
    const address = addressKey(from)
    const place = JSON.stringify([name, address])
    const isKnownPlace = account !== null && knownPlaces.has(place)
    const remembered = account?.isActive && credentials.isRemembered(key) ? found : null

    function accept(proven: AccountAccess): Result<AccountAccess, AuthenticationRefusal> {
      credentials.useRemembered(key)
      knownPlaces.use(place)
      return ok(proven)
    }

    // An attacker behind the same address, or a proxy in front of all clients, locks out no account
    // with earlier success from there. From elsewhere, remembered credentials are no way around the
    // throttles: they could be guessed.
    if (isKnownPlace && knownThrottle.secondsToWait(place) === 0) {
      if (remembered !== null) return accept(remembered)
      knownThrottle.count(place)
    }
    const waitSeconds = Math.max(
      nameThrottle.secondsToWait(place),
      isKnownPlace ? 0 : addressThrottle.secondsToWait(address),
    )
    if (waitSeconds > 0) return tooManyAttempts(waitSeconds)
    if (remembered !== null) return accept(remembered)

    // A client's parallel requests are one attempt.
    const isCounted = !credentials.isUnderWay(key)
    const failures = isKnownPlace ? nameThrottle.counted(place) : addressThrottle.counted(address)
    if (isCounted) {
      nameThrottle.count(place)
      addressThrottle.count(address)
    }
    const verify = () => hasher.verify(password, passwordHash)
    const answer = await isRight(key, { client: address, failures, verify })
    if (answer === null) {
      if (isCounted) {
        nameThrottle.uncount(place)
        addressThrottle.uncount(address)
      }
      return tooManyWaiting
    }
    if (account?.isActive && answer) {
      // The check took its time.
      const now = await accounts.findWithAccess(name)
      if (!now?.account.isActive || now.account.passwordHash !== passwordHash) return wrong
      nameThrottle.forgive(place)
      if (isCounted) addressThrottle.uncount(address)
      return accept(now)
    }
    if (isCounted) {
      // A person may type a password as the name: only existing names are recorded.
      await recordActivity(
        ports,
        'sign-in refused',
        { name: null, from },
        account
          ? { account: name, reason: account.isActive ? 'wrong password' : 'inactive account' }
          : { account: null, reason: 'unknown name' },
      )
    }
    return wrong
  }
}

const wrong = err<WrongCredentials>({
  code: 'NOT_AUTHENTICATED',
  message: 'the name or the password is wrong',
})

const tooManyWaiting = err<TooManyAttempts>({
  code: 'TOO_MANY_ATTEMPTS',
  message: `too many sign-ins are being checked right now: try again in ${queueRetrySeconds} s`,
  retryAfterSeconds: queueRetrySeconds,
})

const tooManyAttempts = (retryAfterSeconds: number) =>
  err<TooManyAttempts>({
    code: 'TOO_MANY_ATTEMPTS',
    message: `too many failed attempts to sign in: try again in ${inWords(retryAfterSeconds)}`,
    retryAfterSeconds,
  })

const inWords = (seconds: number): string =>
  seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} minutes`
