import type { Clock } from '#collector/ports.ts'
import { toHex } from './hex.ts'

export interface VerifiedCredentials {
  /** A key for a credential, from which the password cannot be found without this process's secret. */
  keyOf(name: string, password: string, passwordHash: string): string
  /** Whether it was right a short while ago. */
  isRemembered(key: string): boolean
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

/** How long a credential that was right is taken for right again. */
const rememberedMs = 5 * 60_000
const maximumRemembered = 1000

/**
 * Remembers credentials that were right, under a keyed hash: HTTP Basic sends them with every
 * request, and the hash of a password takes a good part of a second by design. The account's stored
 * hash is part of the key, so a changed password ends it.
 */
export function createVerifiedCredentials(ports: VerifiedCredentialsPorts): VerifiedCredentials {
  const secret = ports.randomBytes(32)
  const rightUntilMs = new Map<string, number>()
  const underWay = new Map<string, Promise<boolean>>()
  const keyed = (bytes: Uint8Array) => ports.sha256(new Uint8Array([...secret, ...bytes]))

  function remember(key: string): void {
    const [oldest] = rightUntilMs.keys()
    if (rightUntilMs.size >= maximumRemembered && oldest !== undefined) rightUntilMs.delete(oldest)
    rightUntilMs.delete(key)
    rightUntilMs.set(key, ports.clock.nowMs() + rememberedMs)
  }

  return {
    keyOf(name, password, passwordHash) {
      const text = JSON.stringify([name, password, passwordHash])
      // Hashed twice, as HMAC does, so that nothing can be appended to what is known.
      return toHex(keyed(keyed(new TextEncoder().encode(text))))
    },

    isRemembered(key) {
      const leftMs = (rightUntilMs.get(key) ?? 0) - ports.clock.nowMs()
      // More than was given is left when the clock was set back.
      return leftMs > 0 && leftMs <= rememberedMs
    },

    isUnderWay: (key) => underWay.has(key),

    async check(key, verify) {
      const others = underWay.get(key)
      if (others !== undefined) return others
      const answer = verify()
      underWay.set(key, answer)
      try {
        const isRight = await answer
        if (isRight) remember(key)
        return isRight
      } finally {
        underWay.delete(key)
      }
    },
  }
}
