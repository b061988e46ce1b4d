import type { Clock } from '#collector/ports.ts'
import { accepted, refused, type Parsed } from '#domain/parsed.ts'
import type { Account, Accounts } from '#state/accounts.ts'
import type { PasswordHasher } from '#state/password-hasher.ts'
import { createAttemptThrottle } from './attempt-throttle.ts'
import { toHex } from './hex.ts'
import type { RecordActivity } from './record-activity.ts'
import { createVerifiedCredentials, type VerifiedCredentialsPorts } from './verified-credentials.ts'

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

export interface PasswordProofPorts extends VerifiedCredentialsPorts {
  readonly accounts: Accounts
  readonly hasher: PasswordHasher
  readonly clock: Clock
  readonly record: RecordActivity
}

/** Somebody may mistype that often; a guesser gets 120 guesses an hour at one name. */
const perNameAndAddress = { attempts: 10, withinMs: 5 * 60_000 }
/** For guessing one password at many names. An address may stand for a whole office. */
const perAddress = { attempts: 100, withinMs: 5 * 60_000 }

export type PasswordProof = (
  name: string,
  password: string,
  from: string | null,
) => Promise<Parsed<Account, AuthenticationRefusal>>

/** Proves that a name and a password belong together, and keeps guessers slow. */
export function createPasswordProof(ports: PasswordProofPorts): PasswordProof {
  const { accounts, clock, hasher, record } = ports
  const credentials = createVerifiedCredentials(ports)
  const nameThrottle = createAttemptThrottle(clock, perNameAndAddress)
  const addressThrottle = createAttemptThrottle(clock, perAddress)
  let decoy: Promise<string> | null = null

  return async (name, password, from) => {
    // Awaited for known names too: an unknown one must not be told by the time it takes.
    decoy ??= hasher.hash(toHex(ports.randomBytes(16)))
    const decoyHash = await decoy
    const account = await accounts.find(name)
    const passwordHash = account?.passwordHash ?? decoyHash
    const key = credentials.keyOf(name, password, passwordHash)
    const address = from ?? 'unknown'
    const nameKey = JSON.stringify([name, address])

    // Before what is remembered, or else remembered passwords could be guessed without end.
    const waitSeconds = Math.max(
      nameThrottle.secondsToWait(nameKey),
      addressThrottle.secondsToWait(address),
    )
    if (waitSeconds > 0) return tooManyAttempts(waitSeconds)
    if (account?.isActive && credentials.isRemembered(key)) return accepted(account)

    // A client's parallel requests are one attempt.
    const isCounted = !credentials.isUnderWay(key)
    if (isCounted) {
      nameThrottle.count(nameKey)
      addressThrottle.count(address)
    }
    const isRight = await credentials.check(key, () => hasher.verify(password, passwordHash))
    if (account?.isActive && isRight) {
      nameThrottle.forgive(nameKey)
      if (isCounted) addressThrottle.uncount(address)
      return accepted(account)
    }
    if (isCounted) {
      // What is typed as a name may be a password: only names that exist are written down.
      await record(
        'sign-in refused',
        { name: null, from },
        account
          ? { subject: name, detail: account.isActive ? 'wrong password' : 'inactive account' }
          : { detail: 'unknown name' },
      )
    }
    return refused({ code: 'NOT_AUTHENTICATED', message: 'the name or the password is wrong' })
  }
}

const tooManyAttempts = (retryAfterSeconds: number) =>
  refused<TooManyAttempts>({
    code: 'TOO_MANY_ATTEMPTS',
    message: `too many failed attempts to sign in: try again in ${inWords(retryAfterSeconds)}`,
    retryAfterSeconds,
  })

const inWords = (seconds: number): string =>
  seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} minutes`
