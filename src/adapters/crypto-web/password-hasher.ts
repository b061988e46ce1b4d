import { pbkdf2Async } from '@noble/hashes/pbkdf2.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes, randomBytes } from '@noble/hashes/utils.js'
import type { PasswordHasher } from '#state/password-hasher.ts'

/** Far too few to keep a secret, but fast in a page: the mock has no secret to keep. */
const iterations = 1000

const pattern = /^mock-pbkdf2-sha256\$(\d{1,7})\$([a-f0-9]{32})\$([a-f0-9]{64})$/

const derive = (password: string, salt: Uint8Array, rounds: number): Promise<Uint8Array> =>
  pbkdf2Async(sha256, password.normalize('NFC'), salt, { c: rounds, dkLen: 32 })

/** **For the mock host and tests only**: `mock-pbkdf2-sha256$<iterations>$<salt>$<key>`, in hex. */
export const createMemoryPasswordHasher = (): PasswordHasher => ({
  async hash(password) {
    const salt = randomBytes(16)
    const key = await derive(password, salt, iterations)
    return `mock-pbkdf2-sha256$${iterations}$${bytesToHex(salt)}$${bytesToHex(key)}`
  },

  async verify(password, hash) {
    const [, rounds = '', salt = '', key = ''] = pattern.exec(hash) ?? []
    if (key === '') return false
    const derived = await derive(password, hexToBytes(salt), Number(rounds))
    const expected = hexToBytes(key)
    // Compares all bytes, to take the same time for any difference.
    return (
      derived.reduce((difference, byte, at) => difference | (byte ^ (expected[at] ?? 0)), 0) === 0
    )
  },
})
