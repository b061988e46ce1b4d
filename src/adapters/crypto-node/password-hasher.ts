import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { createTurns } from '#domain/time/turns.ts'
import type { PasswordHasher } from '#state/password-hasher.ts'

export interface ScryptCost {
  /** The binary logarithm of N. Memory is 128 · N · r bytes. */
  readonly logN: number
  readonly r: number
  readonly p: number
}

/** OWASP, Password Storage Cheat Sheet: N = 2^17, r = 8, p = 1. 128 MiB for each hash. */
export const currentCost: ScryptCost = { logN: 17, r: 8, p: 1 }

/** Two at a time, so that a right password need not wait for a wrong one. */
const atOnce = 2

const saltBytes = 16
const keyBytes = 32
const pattern =
  /^scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/

/** A stored hash that needs more is refused: it would only be a way to exhaust memory. */
const maximumMemoryBytes = 512 * 1024 * 1024

function derive(password: string, salt: Buffer, { logN, r, p }: ScryptCost): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** logN, r, p, maxmem: maximumMemoryBytes }
  return new Promise((resolve, reject) => {
    // NFC: another system may send the same password in another form.
    scrypt(password.normalize('NFC'), salt, keyBytes, options, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}

/** `scrypt$ln=17,r=8,p=1$<salt>$<key>` in base64url. Two at a time, to bound the memory. */
export function createScryptPasswordHasher(cost: ScryptCost = currentCost): PasswordHasher {
  const inTurn = createTurns(atOnce)
  return {
    async hash(password) {
      const salt = randomBytes(saltBytes)
      const key = await inTurn(() => derive(password, salt, cost))
      const parameters = `ln=${cost.logN},r=${cost.r},p=${cost.p}`
      return `scrypt$${parameters}$${salt.toString('base64url')}$${key.toString('base64url')}`
    },

    async verify(password, hash) {
      const [, logN, r, p, salt, key] = pattern.exec(hash) ?? []
      if (salt === undefined || key === undefined) return false
      const stored: ScryptCost = { logN: Number(logN), r: Number(r), p: Number(p) }
      if (!isAffordable(stored)) return false
      const derived = await inTurn(() => derive(password, Buffer.from(salt, 'base64url'), stored))
      return timingSafeEqual(derived, Buffer.from(key, 'base64url'))
    },
  }
}

/** RFC 7914, section 6, and the bound on memory. */
const isAffordable = ({ logN, r, p }: ScryptCost): boolean =>
  logN >= 1 && r >= 1 && p >= 1 && 128 * r * (2 ** logN + p) <= maximumMemoryBytes
