import { describe, expect, test } from 'vitest'
import type { PasswordHasher } from '#state/password-hasher.ts'

export const passwordHasherContract = (name: string, create: () => PasswordHasher) =>
  describe(name, () => {
    test('only the right password is verified', async () => {
      const hasher = create()
      const hash = await hasher.hash('correct horse')
      expect(await hasher.verify('correct horse', hash)).toBe(true)
      expect(await hasher.verify('Correct horse', hash)).toBe(false)
      expect(await hasher.verify('', hash)).toBe(false)
    })

    test('the same password never gives the same hash', async () => {
      const hasher = create()
      const [one, other] = await Promise.all([hasher.hash('a'), hasher.hash('a')])
      expect(one).not.toBe(other)
      expect(one).not.toContain('correct horse')
    })

    test('accents may be typed in either Unicode form', async () => {
      const hasher = create()
      expect(await hasher.verify('cafe\u0301', await hasher.hash('caf\u00e9'))).toBe(true)
    })

    test.each(['', 'secret', '$', 'scrypt$ln=40,r=8,p=1$AAAA$AAAA', 'bcrypt$2b$10$abc'])(
      'a hash that it cannot read verifies nothing: %j',
      async (hash) => {
        expect(await create().verify('secret', hash)).toBe(false)
      },
    )
  })
