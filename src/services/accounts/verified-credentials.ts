import type { Clock } from '#domain/time/clock.ts'
import { toHex } from './hex.ts'
import { createRecentKeys } from './recent-keys.ts'

export interface VerifiedCredentials {
  /**
   * A key for a credential, from which the password cannot be found without this process's secret.
   */
  keyOf(name: string, password: string, passwordHash: string): string
  /** Whether it was right within the last day, or within a day after its last use. */
  isRemembered(key: string): boolean
  /** It was sent again: its time restarts. */
  useRemembered(key: string): void
  /** Whether the same check is under way. */
  isUnderWay(key: string): boolean
  /** The result of `verify`; concurrent callers share one. Remembers a right credential. */
  check(key: string, verify: () => Promise<boolean>): Promise<boolean>
}

export interface VerifiedCredentialsPorts {
  readonly clock: Clock
  readonly randomBytes: (length: number) => Uint8Array
  readonly sha256: (bytes: Uint8Array) => Uint8Array
}

/**
 * How long a used credential that was right counts as right: so that a build which runs every few
 * hours waits for no hash, and not behind attempts to guess.
 */
const remembered = { lastMs: 24 * 3_600_000, maximum: 10_000 }

/**
 * Remembers right credentials under a keyed hash: HTTP Basic sends them with every request, and a
 * password hash takes a good part of a second by design. The account's stored hash is part of the
 * key, so a changed password ends it.
 */
export function createVerifiedCredentials(ports: VerifiedCredentialsPorts): VerifiedCredentials {
  const secret = ports.randomBytes(32)
  const right = createRecentKeys(ports.clock, remembered)
  const underWay = new Map<string, Promise<boolean>>()
  const keyed = (bytes: Uint8Array) => ports.sha256(new Uint8Array([...secret, ...bytes]))

  return {
    keyOf(name, password, passwordHash) {
      const text = JSON.stringify([name, password, passwordHash])
      // Hashed twice, as HMAC does, so that an attacker cannot append to a known input.
      return toHex(keyed(keyed(new TextEncoder().encode(text))))
    },

    isRemembered: right.has,
    useRemembered: right.use,

    isUnderWay: (key) => underWay.has(key),

    async check(key, verify) {
      const others = underWay.get(key)
      if (others !== undefined) return others
      const answer = verify()
      underWay.set(key, answer)
      try {
        const isRight = await answer
        if (isRight) right.use(key)
        return isRight
      } finally {
        underWay.delete(key)
      }
    },
  }
}
