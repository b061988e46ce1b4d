import { worthOfDigit, type Digest } from './digest.ts'

/**
 * Many digests in little memory: eight words each, where texts would take six times as much. They
 * move between threads, and into tables, without becoming texts in between.
 */
export interface PackedDigests {
  /** Eight words for each; zeros for one of another algorithm than sha256. */
  readonly words: Int32Array<ArrayBuffer>
  /** Digests of other algorithms, which are rare, in the order of their positions. */
  readonly others: readonly (readonly [position: number, digest: Digest])[]
}

export const wordsInDigest = 8
const digitsInWord = 8
const digits = '0123456789abcdef'
const prefix = 'sha256:'
const digitsInDigest = wordsInDigest * digitsInWord
const sha256Length = prefix.length + digitsInDigest

export const isSha256 = (digest: Digest): boolean =>
  digest.length === sha256Length && digest.startsWith(prefix)

/**
 * Writes 64 digits of a text into eight words. False if any of them is no digit; the words are then
 * invalid.
 */
function readDigits(text: string, from: number, words: Int32Array, at: number): boolean {
  let flaws = 0
  let position = from
  for (let place = at; place < at + wordsInDigest; place += 1) {
    let word = 0
    const end = position + digitsInWord
    for (; position < end; position += 1) {
      const digit = worthOfDigit(text.charCodeAt(position))
      flaws |= digit
      word = (word << 4) | digit
    }
    words[place] = word
  }
  return flaws < 16
}

/** Writes a digest into eight words, if it is a sha256 digest. */
export function readWords(digest: Digest, words: Int32Array, at = 0): boolean {
  return isSha256(digest) && readDigits(digest, prefix.length, words, at)
}

/** Not a typed array: a call with one as its arguments takes twice as long. */
const codes = Array.from(prefix.padEnd(sha256Length), (letter) => letter.charCodeAt(0))
const codeOf = Uint8Array.from(digits, (digit) => digit.charCodeAt(0))

/** The digest whose words begin at `at`. */
export function digestAt(words: Int32Array, at: number): Digest {
  let position = prefix.length
  for (let place = at; place < at + wordsInDigest; place += 1) {
    const word = words[place] ?? 0
    for (let shift = 28; shift >= 0; shift -= 4) {
      codes[position] = codeOf[(word >>> shift) & 15] ?? 0
      position += 1
    }
  }
  // Spreading them would make an array of them first, each time.
  return Reflect.apply(String.fromCharCode, String, codes) as Digest
}

export const countOf = ({ words }: PackedDigests): number => words.length / wordsInDigest

/** Packs digests one after the other. */
export interface DigestPacker {
  readonly count: number
  push(digest: Digest): void
  /**
   * Packs 64 hexadecimal digits as a sha256 digest; false, without a change, for any other text.
   */
  pushHex(hex: string): boolean
  packed(): PackedDigests
}

const initialCount = 64

/** @param expected how many there will be, if known: then nothing is copied */
export function createDigestPacker(expected: number = initialCount): DigestPacker {
  let words = new Int32Array(expected * wordsInDigest)
  let length = 0
  const others: [number, Digest][] = []

  function makeRoom(): void {
    if (length < words.length) return
    const larger = new Int32Array(Math.max(initialCount * wordsInDigest, words.length * 2))
    larger.set(words)
    words = larger
  }

  return {
    get count() {
      return length / wordsInDigest
    },
    push(digest) {
      makeRoom()
      if (!readWords(digest, words, length)) {
        others.push([length / wordsInDigest, digest])
        words.fill(0, length, length + wordsInDigest)
      }
      length += wordsInDigest
    },
    pushHex(hex) {
      makeRoom()
      if (hex.length !== digitsInDigest || !readDigits(hex, 0, words, length)) return false
      length += wordsInDigest
      return true
    },
    packed: () => ({ words: length === words.length ? words : words.slice(0, length), others }),
  }
}

export function packDigests(all: Iterable<Digest>): PackedDigests {
  const packer = createDigestPacker()
  for (const digest of all) packer.push(digest)
  return packer.packed()
}

/** The digests at some positions, which must be in order. */
export function pickDigests(
  { words, others }: PackedDigests,
  positions: readonly number[],
): PackedDigests {
  const picked = new Int32Array(positions.length * wordsInDigest)
  const digests = others.length > 0 ? new Map(others) : null
  const otherwise: [number, Digest][] = []
  for (const [place, position] of positions.entries()) {
    const at = position * wordsInDigest
    picked.set(words.subarray(at, at + wordsInDigest), place * wordsInDigest)
    const other = digests?.get(position)
    if (other !== undefined) otherwise.push([place, other])
  }
  return { words: picked, others: otherwise }
}

export function unpackDigests({ words, others }: PackedDigests): Digest[] {
  const all: Digest[] = []
  for (let at = 0; at < words.length; at += wordsInDigest) all.push(digestAt(words, at))
  for (const [position, digest] of others) all[position] = digest
  return all
}
