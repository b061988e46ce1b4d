import { worthOfDigit, type Digest } from '#domain/values/digest.ts'

const oneByteText = new TextDecoder('latin1')
const named = /sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}/g
const [backslash, letterU] = [0x5c, 0x75]
/** The bit that a small letter has and a capital letter lacks; digits have it too. */
const lowerCase = 0x20

/**
 * Every digest that the bytes name, each once, for bytes of any kind: they can lead to nothing
 * else. Also finds digests written with JSON escapes, or with two or four bytes per letter. At
 * worst it finds some that a reader would not.
 */
export function digestsNamedIn(bytes: Uint8Array<ArrayBuffer>): readonly Digest[] {
  const digests = new Set<Digest>()
  const search = (where: Uint8Array): void => {
    for (const [digest] of oneByteText.decode(where).matchAll(named)) digests.add(digest as Digest)
  }
  search(bytes)
  const narrow = bytes.includes(0) ? bytes.filter((byte) => byte !== 0) : bytes
  if (narrow !== bytes) search(narrow)
  if (narrow.includes(backslash)) search(unescaped(narrow))
  return [...digests]
}

/** Replaces each `\u0073` by its letter: no other escape can be part of a digest. */
function unescaped(bytes: Uint8Array): Uint8Array {
  const letters = new Uint8Array(bytes.length)
  let count = 0
  for (let position = 0; position < bytes.length; position += 1) {
    const isEscape = bytes[position] === backslash && bytes[position + 1] === letterU
    const code = isEscape ? codeAt(bytes, position + 2) : -1
    letters[count] = code < 0 ? (bytes[position] ?? 0) : code
    if (code >= 0) position += 5
    count += 1
  }
  return letters.subarray(0, count)
}

/**
 * The value of four hexadecimal digits, or -1. At most 255, because no letter of a digest has a
 * higher code.
 */
function codeAt(bytes: Uint8Array, start: number): number {
  let code = 0
  for (let position = start; position < start + 4; position += 1) {
    const digit = worthOfDigit((bytes[position] ?? 0) | lowerCase)
    if (digit > 15) return -1
    code = code * 16 + digit
  }
  return Math.min(code, 255)
}
