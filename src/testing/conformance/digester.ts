import { describe, expect, it } from 'vitest'
import type { CreateDigester } from '#storage/digester.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

export function describeDigester(name: string, createDigester: CreateDigester): void {
  describe(`${name} as a digester`, () => {
    // FIPS 180-4 example values.
    it('hashes with sha256', () => {
      const digester = createDigester('sha256')
      digester.update(bytes('abc'))
      expect(digester.digest()).toBe(
        'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      )
    })

    it('hashes with sha512', () => {
      const digester = createDigester('sha512')
      digester.update(bytes('abc'))
      expect(digester.digest()).toBe(
        'sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a' +
          '2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
      )
    })

    it('returns the digest of empty input', () => {
      expect(createDigester('sha256').digest()).toBe(
        'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      )
    })

    it('hashes bytes alone, between others that pass', () => {
      const digester = createDigester('sha256')
      digester.update(bytes('ab'))
      expect(digester.digestOf(bytes(''))).toMatch(/^sha256:e3b0c442/)
      expect(digester.digestOf(bytes('abc'))).toMatch(/^sha256:ba7816bf/)
      digester.update(bytes('c'))
      expect(digester.digest()).toMatch(/^sha256:ba7816bf/)
      expect(digester.digestOf(bytes('abc'))).toMatch(/^sha256:ba7816bf/)
    })

    it('does not interfere with another that hashes at the same time', () => {
      const [one, other] = [createDigester('sha256'), createDigester('sha256')]
      one.update(bytes('ab'))
      other.update(bytes('other'))
      other.digest()
      one.update(bytes('c'))
      expect(one.digest()).toMatch(/^sha256:ba7816bf/)
    })

    it('continues after its digest was read', () => {
      const digester = createDigester('sha256')
      digester.update(bytes('a'))
      digester.digest()
      digester.update(bytes('bc'))
      expect(digester.digest()).toMatch(/^sha256:ba7816bf/)
    })
  })
}
