import { describe, expect, test } from 'vitest'
import { digestAlgorithms, digestOf, type DigestAlgorithm } from '#domain/values/digest.ts'
import { fallbackTagsOf, nameableStart, referrersTagOf, subjectStartOf } from './fallback-tag.ts'

const digits: Readonly<Record<DigestAlgorithm, number>> = { sha256: 64, sha512: 128 }
const half = '0123456789abcdef'.repeat(4)

describe('a referrers tag', () => {
  // The examples of the OCI distribution spec 1.1, "Referrers Tag Schema".
  test.each([
    [`sha256:${'a'.repeat(64)}`, `sha256-${'a'.repeat(64)}`],
    [`sha512:${'a'.repeat(128)}`, `sha512-${'a'.repeat(64)}`],
    [
      'test+algorithm+using+algorithm+separators+and+lots+of+characters+to+excercise+overall+truncation:alsoSome=InTheEncodedSectionToShowHyphenReplacementAndLotsAndLotsOfCharactersToExcerciseEncodedTruncation',
      'test-algorithm-using-algorithm-s-alsoSome-InTheEncodedSectionToShowHyphenReplacementAndLotsAndLot',
    ],
  ])('of %s', (digest, tag) => {
    expect(referrersTagOf(digest)).toBe(tag)
  })
})

describe.each(digestAlgorithms)('the fallback tags of %s', (algorithm) => {
  const digest = digestOf(algorithm, half.repeat(2).slice(0, digits[algorithm]))

  test('are those of the spec and of cosign, and name their subject', () => {
    const tag = `${algorithm}-${half}`
    expect(fallbackTagsOf(digest)).toEqual([tag, `${tag}.sig`, `${tag}.att`, `${tag}.sbom`])
    for (const name of fallbackTagsOf(digest)) {
      expect(subjectStartOf(name)).toBe(nameableStart(digest))
      expect(digest.startsWith(nameableStart(digest))).toBe(true)
    }
  })

  test.each([
    `${algorithm}-${half.slice(1)}`,
    `${algorithm}-${half}0`,
    `${algorithm}-${half.toUpperCase()}`,
    `${algorithm}-${half}.txt`,
    `${algorithm}-${half}xsig`,
    `${algorithm}_${half}`,
    `x${algorithm}-${half}`,
  ])('are no others: %s', (name) => {
    expect(subjectStartOf(name)).toBeNull()
  })
})

test('an algorithm that no digest has makes an ordinary tag', () => {
  expect(subjectStartOf(`md5-${half}`)).toBeNull()
  expect(subjectStartOf('latest')).toBeNull()
})
