import type { Clock } from '#domain/time/clock.ts'
import { toHex } from './hex.ts'
import { createRecentKeys } from './recent-keys.ts'

export interface VerifiedCredentials {
  /** A key for a credential, from which the password cannot be found without this process's secret. */
  keyOf(name: string, password: string, passwordHash: string): string
  /** Whether it was right within the last day, or since it was last used. */
  isRemembered(key: string): boolean
  /** It was sent again: its time begins again. */
  useRemembered(key: string): void
  /** Whether the same question is being answered right now. */
  isUnderWay(key: string): boolean
  /** What `verify` finds; several who ask at once share one answer. Remembers what is right. */
  check(key: string, verify: () => Promise<boolean>): Promise<boolean>
}

export interface VerifiedCredentialsPorts {
  readonly clock: Clock
  readonly randomBytes: (length: number) => Uint8Array
  readonly sha256: (bytes: Uint8Array) => Uint8Array
}

/**
 * How long a credential that was right, and is used, is taken for right again: so that a build that
 * runs every few hours waits for no hash, and not behind those who guess.
 */
const remembered = { lastMs: 24 * 3_600_000, maximum: 10_000 }

/**
 * Remembers credentials that were right, under a keyed hash: HTTP Basic sends them with every
 * request, and the hash of a password takes a good part of a second by design. The account's stored
 * hash is part of the key, so a changed password ends it.
 */
export function createVerifiedCredentials(ports: VerifiedCredentialsPorts): VerifiedCredentials {
  const secret = ports.randomBytes(32)
  const right = createRecentKeys(ports.clock, remembered)
  const underWay = new Map<string, Promise<boolean>>()
  const keyed = (bytes: Uint8Array) => ports.sha256(new Uint8Array([...secret, ...bytes]))

  return {
    keyOf(name, password, passwordHash) {
      const text = JSON.stringify([name, password, passwordHash])
      // Hashed twice, as HMAC does, so that nothing can be appended to what is known.
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
