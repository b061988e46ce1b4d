import { describe, expect, it } from 'vitest'
import { digestsNamedIn } from './digests-in-bytes.ts'

const sha256 = `sha256:${'a1'.repeat(32)}`
const sha512 = `sha512:${'b2'.repeat(64)}`
const bytesOf = (text: string, bytesPerLetter = 1) =>
  Uint8Array.from(
    Array.from(text, (letter) => letter.charCodeAt(0)).flatMap((code) => [
      code,
      ...Array.from({ length: bytesPerLetter - 1 }, () => 0),
    ]),
  )
const escapedWhole = Array.from(
  sha256,
  (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`,
).join('')

describe('the digests that bytes name', () => {
  it.each([
    ['none', 'nothing here', []],
    ['in no JSON', `x${sha256}${sha512} ${sha256}`, [sha256, sha512]],
    ['beside bytes that are no UTF-8', `\u00E9"${sha256}"\u00FF`, [sha256]],
    ['with one letter escaped', `"${sha256.replace('s', '\\u0073')}"`, [sha256]],
    ['with every letter escaped', escapedWhole, [sha256]],
    ['after an escaped backslash', `"\\\\${sha256.replace(':', '\\u003a')}"`, [sha256]],
    ['cut off', sha256.slice(0, -1), []],
    ['in capital letters, as no registry does', sha256.toUpperCase(), []],
    ['with more digits behind', `${sha256}0`, [sha256]],
  ])('%s', (_, text, digests) => {
    expect(digestsNamedIn(bytesOf(text))).toEqual(digests)
  })

  it.each([2, 4])('in %d bytes a letter', (bytesPerLetter) => {
    expect(digestsNamedIn(bytesOf(`"${sha256}"`, bytesPerLetter))).toEqual([sha256])
    const escaped = sha256.replace('s', '\\u0073')
    expect(digestsNamedIn(bytesOf(escaped, bytesPerLetter))).toEqual([sha256])
  })
})
