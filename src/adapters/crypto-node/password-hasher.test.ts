import { passwordHasherContract } from '#testing/conformance/state/password-hasher.ts'
import { expect, test } from 'vitest'
import { createScryptPasswordHasher, currentCost } from './password-hasher.ts'

const cheap = { logN: 4, r: 8, p: 1 }

passwordHasherContract('scrypt', () => createScryptPasswordHasher(cheap))

test('the hash names its cost, and a hash of another cost is still verified', async () => {
  const hash = await createScryptPasswordHasher(cheap).hash('secret')
  expect(hash).toMatch(/^scrypt\$ln=4,r=8,p=1\$[\w-]{22}\$[\w-]{43}$/)
  expect(await createScryptPasswordHasher({ ...cheap, logN: 5 }).verify('secret', hash)).toBe(true)
})

test('the current cost takes 128 MiB for each hash', async () => {
  expect(128 * 2 ** currentCost.logN * currentCost.r).toBe(128 * 1024 * 1024)
  const hasher = createScryptPasswordHasher()
  const hash = await hasher.hash('secret')
  expect(hash).toMatch(/^scrypt\$ln=17,r=8,p=1\$/)
  expect(await hasher.verify('secret', hash)).toBe(true)
})

// Made with Python's

// hashlib.scrypt(b'secret', salt=bytes(range(16)), n=16, r=8, p=1, dklen=32).
test('a hash made by another implementation is verified', async () => {
  const salt = Buffer.from(Array.from({ length: 16 }, (_, at) => at)).toString('base64url')
  const key = Buffer.from(
    '14162b6f27a3a6c44c38ec4d8c9e168712e5208908c69fe2ce631f1c9ef0f585',
    'hex',
  ).toString('base64url')
  const hasher = createScryptPasswordHasher()
  expect(await hasher.verify('secret', `scrypt$ln=4,r=8,p=1$${salt}$${key}`)).toBe(true)
})

test('a hash that would take too much memory is refused', async () => {
  const hash = await createScryptPasswordHasher(cheap).hash('secret')
  const costly = hash.replace('ln=4,r=8', 'ln=30,r=64')
  expect(await createScryptPasswordHasher().verify('secret', costly)).toBe(false)
})
