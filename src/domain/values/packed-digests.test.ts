import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestOf, type Digest } from './digest.ts'
import {
  countOf,
  createDigestPacker,
  packDigests,
  pickDigests,
  unpackDigests,
} from './packed-digests.ts'

const hex = (length: number) =>
  fc
    .array(fc.nat({ max: 15 }), { minLength: length, maxLength: length })
    .map((digits) => digits.map((digit) => digit.toString(16)).join(''))
const digest: fc.Arbitrary<Digest> = fc.oneof(
  { weight: 5, arbitrary: hex(64).map((digits) => digestOf('sha256', digits)) },
  { weight: 1, arbitrary: hex(128).map((digits) => digestOf('sha512', digits)) },
)

describe('packed digests', () => {
  it('unpack to the packed ones, in the same order', () => {
    fc.assert(
      fc.property(fc.array(digest, { maxLength: 200 }), (digests) => {
        const packed = packDigests(digests)
        expect(countOf(packed)).toBe(digests.length)
        expect(unpackDigests(packed)).toEqual(digests)
        const odd = [...digests.keys()].filter((position) => position % 2 === 1)
        expect(pickDigests(packed, odd)).toEqual(
          packDigests(odd.map((at) => digests[at] as Digest)),
        )
      }),
    )
  })

  it('pack the names of folders, and refuse every text that is no digest', () => {
    const packer = createDigestPacker()
    const whole = '0123456789abcdef'.repeat(4)
    expect(packer.pushHex(whole)).toBe(true)
    const wrong = [
      '',
      whole.slice(1),
      `${whole}0`,
      `${whole.slice(1)}g`,
      whole.toUpperCase(),
      `/${whole.slice(1)}`,
      `${whole.slice(0, 30)}:${whole.slice(31)}`,
      `${whole.slice(1)}\u0130`,
      `\u{1F600}${whole.slice(2)}`,
    ]
    for (const name of wrong) expect(packer.pushHex(name), name).toBe(false)
    expect(packer.count).toBe(1)
    expect(packer.pushHex('f'.repeat(64))).toBe(true)
    expect(unpackDigests(packer.packed())).toEqual([`sha256:${whole}`, `sha256:${'f'.repeat(64)}`])
  })
})
