import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestOf, type Digest } from './digest.ts'
import { packDigests, unpackDigests, wordsInDigest } from './packed-digests.ts'
import { createDigestTable } from './digest-table.ts'

const hex = (length: number) =>
  fc
    .array(fc.nat({ max: 15 }), { minLength: length, maxLength: length })
    .map((digits) => digits.map((digit) => digit.toString(16)).join(''))

/** Many begin alike, so that they compete for the same place in the table. */
const crowded = fc
  .tuple(fc.constantFrom('00000000', 'ffffffff', '80000000', '00000001'), hex(56))
  .map(([start, rest]) => digestOf('sha256', start + rest))
const sha256: fc.Arbitrary<Digest> = fc.oneof(
  crowded,
  hex(64).map((digits) => digestOf('sha256', digits)),
)
const digest: fc.Arbitrary<Digest> = fc.oneof(
  { weight: 2, arbitrary: sha256 },
  hex(128).map((digits) => digestOf('sha512', digits)),
)

describe('the table of digests', () => {
  it('numbers digests as a map would, and returns each unchanged', () => {
    fc.assert(
      fc.property(fc.array(digest, { maxLength: 300 }), (digests) => {
        const table = createDigestTable()
        const map = new Map<Digest, number>()
        for (const one of [...digests, ...digests]) {
          expect(table.find(one)).toBe(map.get(one) ?? -1)
          if (!map.has(one)) map.set(one, map.size)
          expect(table.add(one)).toBe(map.get(one))
          const { words, others } = packDigests([one])
          if (others.length === 0) expect(table.findWords(words, 0)).toBe(map.get(one))
        }
        expect(table.size).toBe(map.size)
        for (const [one, number] of map) expect(table.digestOf(number)).toBe(one)
        expect(unpackDigests(table.packed([...map.values()]))).toEqual([...map.keys()])
      }),
    )
  })

  it('numbers packed digests as it numbers texts', () => {
    fc.assert(
      fc.property(fc.array(sha256, { maxLength: 300 }), fc.nat({ max: 300 }), (digests, known) => {
        const [texts, packed] = [createDigestTable(), createDigestTable()]
        for (const one of digests.slice(0, known)) packed.add(one)
        for (const one of digests) texts.add(one)
        const { words } = packDigests(digests)
        for (const [position, one] of digests.entries()) {
          expect(packed.addWords(words, position * wordsInDigest)).toBe(texts.find(one))
        }
        expect(packed.size).toBe(texts.size)
      }),
    )
  })

  it('finds all digests that begin alike, as it grows', () => {
    const table = createDigestTable()
    const [start, other] = ['a'.repeat(64), 'b'.repeat(64)]
    const long = (rest: string) => digestOf('sha512', start + rest.repeat(64))
    table.add(digestOf('sha256', start))
    expect(table.findStarting(`sha512:${start}`)).toEqual([])
    const [first, second] = [table.add(long('1')), table.add(long('2'))]
    table.add(digestOf('sha512', other + start))
    expect(table.findStarting(`sha512:${start}`)).toEqual([first, second])
    expect(table.findStarting(`sha256:${start}`)).toEqual([0])
    expect(table.findStarting(`sha256:${other}`)).toEqual([])
    // Two digests of the same bytes have one number.
    table.alias(long('3'), second)
    expect(table.findStarting(`sha512:${start}`)).toEqual([first, second])
    expect(table.copy().findStarting(`sha512:${start}`)).toEqual([first, second])
  })

  it('grows', () => {
    const table = createDigestTable()
    const wrong: number[] = []
    const numbered = (number: number): Digest =>
      digestOf('sha256', (number * 7919).toString(16).padStart(64, '0'))
    for (let number = 0; number < 20_000; number += 1) table.add(numbered(number))
    for (let number = 0; number < 20_000; number += 1) {
      if (table.find(numbered(number)) !== number) wrong.push(number)
    }
    expect(wrong).toEqual([])
    expect(table.size).toBe(20_000)
    expect(table.find(numbered(20_000))).toBe(-1)
  })

  it('gives one number to two digests of the same bytes', () => {
    const table = createDigestTable()
    const stored = digestOf('sha256', 'a'.repeat(64))
    const other = digestOf('sha512', 'b'.repeat(128))
    const number = table.add(stored)
    table.alias(other, number)
    expect(table.find(other)).toBe(number)
    expect(table.add(other)).toBe(number)
    expect(table.digestOf(number)).toBe(stored)
    expect(table.size).toBe(1)
  })

  it('can be copied: the copy has the same numbers, and each grows by itself', () => {
    fc.assert(
      fc.property(fc.array(digest, { maxLength: 50 }), fc.array(digest), (digests, later) => {
        const table = createDigestTable()
        for (const one of digests) table.add(one)
        const { size } = table
        const copy = table.copy()
        expect(digests.map(copy.find)).toEqual(digests.map(table.find))
        for (const one of later) copy.add(one)
        expect(table.size).toBe(size)
        const fresh = later.filter((one) => !digests.includes(one))
        expect(fresh.filter((one) => table.find(one) >= 0)).toEqual([])
        for (const one of later.toReversed()) table.add(one)
        for (const one of [...digests, ...later]) {
          expect(copy.digestOf(copy.find(one))).toBe(one)
          expect(table.digestOf(table.find(one))).toBe(one)
        }
      }),
    )
  })

  it('finds no number that it has not given', () => {
    const table = createDigestTable()
    expect(() => table.digestOf(0)).toThrow(RangeError)
    expect(() => table.digestOf(-1)).toThrow(RangeError)
  })
})
