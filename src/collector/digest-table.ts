import { digestOf, type Digest } from '#domain/digest.ts'

/**
 * Numbers for digests, from 0 in the order that they are first seen. A sha256 digest takes 32 bytes
 * and a place in a table of whole numbers: half a million of them as strings in a map would take
 * six times as much memory, and their hashing as long again as reading the folders they come from.
 */
export interface DigestTable {
  readonly size: number
  /** The number of a digest, given at first sight. */
  add(digest: Digest): number
  /** The number of a digest, or -1. */
  find(digest: Digest): number
  /** Lets another digest have the number of one that has one. */
  alias(digest: Digest, number: number): void
  digestOf(number: number): Digest
}

const words = 8
const digitsInWord = 8
const digits = '0123456789abcdef'
const prefix = 'sha256:'
const sha256Length = prefix.length + words * digitsInWord
const initialPlaces = 2048
/** Digests are kept in pieces, so that growing neither copies them nor takes twice what they need. */
const pieceBits = 12
const digestsInPiece = 1 << pieceBits

/** What a hexadecimal digit is worth, by its code; digits of digests are lower case. */
const worth = new Uint8Array(128)
for (let digit = 0; digit < 16; digit += 1) worth[digits.charCodeAt(digit)] = digit

function wordAt(digest: string, start: number): number {
  let word = 0
  for (let position = start; position < start + digitsInWord; position += 1) {
    word = (word << 4) | (worth[digest.charCodeAt(position)] ?? 0)
  }
  return word | 0
}

const isSha256 = (digest: Digest): boolean =>
  digest.length === sha256Length && digest.startsWith(prefix)

const startOf = (number: number): number => (number & (digestsInPiece - 1)) * words

export function createDigestTable(): DigestTable {
  /** Eight words for each number. */
  const pieces: Int32Array[] = []
  /** Numbers + 1 by hash, at most half full; 0 for a free place. */
  let places = new Int32Array(initialPlaces)
  let size = 0
  /** Digests of other algorithms, and those that share another's number: few, if any. */
  const others = new Map<Digest, number>()
  const texts = new Map<number, Digest>()
  const key = new Int32Array(words)
  const hexCodes = new Uint8Array(words * digitsInWord)
  /** Nobody can name digests that all want one place without knowing which was seen first. */
  const salt = new Int32Array(words)

  const pieceOf = (number: number): Int32Array => pieces[number >> pieceBits] ?? key

  function hashOfKey(): number {
    let hash = 0
    for (let word = 0; word < words; word += 1) {
      hash = Math.imul(hash ^ (key[word] ?? 0) ^ (salt[word] ?? 0), 0x9e3779b1)
      hash ^= hash >>> 15
    }
    return hash
  }

  /** The place of `key`, or the free one where it belongs. */
  function placeOf(): number {
    const mask = places.length - 1
    let place = hashOfKey() & mask
    for (;;) {
      const found = (places[place] ?? 0) - 1
      if (found < 0 || isKey(found)) return place
      place = (place + 1) & mask
    }
  }

  function isKey(number: number): boolean {
    const piece = pieceOf(number)
    const start = startOf(number)
    for (let word = 0; word < words; word += 1) {
      if (piece[start + word] !== key[word]) return false
    }
    return true
  }

  function readKey(digest: Digest): void {
    for (let word = 0; word < words; word += 1) {
      key[word] = wordAt(digest, prefix.length + word * digitsInWord)
    }
  }

  function spread(): void {
    const old = places
    places = new Int32Array(old.length * 2)
    for (const entry of old) {
      if (entry === 0) continue
      const piece = pieceOf(entry - 1)
      const start = startOf(entry - 1)
      for (let word = 0; word < words; word += 1) key[word] = piece[start + word] ?? 0
      places[placeOf()] = entry
    }
  }

  function find(digest: Digest): number {
    if (others.size > 0) {
      const other = others.get(digest)
      if (other !== undefined) return other
    }
    if (!isSha256(digest)) return -1
    readKey(digest)
    return (places[placeOf()] ?? 0) - 1
  }

  return {
    get size() {
      return size
    },
    find,
    add(digest) {
      const known = find(digest)
      if (known >= 0) return known
      const number = size
      size += 1
      if (number % digestsInPiece === 0) pieces.push(new Int32Array(digestsInPiece * words))
      if (size * 2 > places.length) {
        spread()
        // That has used the key for others.
        if (isSha256(digest)) readKey(digest)
      }
      if (isSha256(digest)) {
        if (number === 0) salt.set(key)
        pieceOf(number).set(key, startOf(number))
        places[placeOf()] = number + 1
      } else {
        others.set(digest, number)
        texts.set(number, digest)
      }
      return number
    },
    alias(digest, number) {
      others.set(digest, number)
    },
    digestOf(number) {
      if (number < 0 || number >= size) throw new RangeError(`no digest has the number ${number}`)
      const text = texts.get(number)
      if (text !== undefined) return text
      const piece = pieceOf(number)
      const start = startOf(number)
      for (let position = 0; position < hexCodes.length; position += 1) {
        const word = piece[start + (position >> 3)] ?? 0
        hexCodes[position] = digits.charCodeAt((word >>> (28 - (position & 7) * 4)) & 15)
      }
      // Spreading them would make an array of them first, each time.
      return digestOf('sha256', Reflect.apply(String.fromCharCode, String, hexCodes))
    },
  }
}
