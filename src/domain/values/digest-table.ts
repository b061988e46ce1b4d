import type { Digest } from './digest.ts'
import {
  digestAt,
  isSha256,
  readWords,
  wordsInDigest as words,
  type PackedDigests,
} from './packed-digests.ts'

/**
 * Numbers for digests, from 0 in the order of their first occurrence. A sha256 digest takes 32
 * bytes and a place in a table of whole numbers: half a million strings in a map would take six
 * times as much memory, and hashing them as long again as reading the folders that they come from.
 */
export interface DigestTable {
  readonly size: number
  /** The number of a digest, assigned at its first occurrence. */
  add(digest: Digest): number
  /** Like `add`, for a sha256 digest whose words begin at `at`. */
  addWords(from: Int32Array, at: number): number
  /** The number of a digest, or -1. */
  find(digest: Digest): number
  /**
   * The numbers of all digests that begin so, where a digest is longer than sha256 ones are: many
   * may begin alike.
   * @param start as many characters as a sha256 digest has, algorithm and all
   */
  findStarting(start: string): readonly number[]
  /** Like `find`, for a sha256 digest whose words begin at `at`. */
  findWords(from: Int32Array, at: number): number
  /** Gives a digest of another algorithm the number of a digest that has one. */
  alias(digest: Digest, number: number): void
  digestOf(number: number): Digest
  /** The digests of several numbers. */
  packed(numbers: readonly number[]): PackedDigests
  /** The same numbers for the same digests, in a table that grows by itself. */
  copy(): DigestTable
}

interface Contents {
  /** Eight words for each number. */
  readonly pieces: Int32Array[]
  /** Numbers + 1 by hash; 0 for a free place. */
  readonly places: Int32Array
  readonly size: number
  /** Digests of other algorithms, and those that share another's number: few, if any. */
  readonly others: Map<Digest, number>
  readonly texts: Map<number, Digest>
  /**
   * The first digest is the salt, so that an attacker cannot construct digests that all collide
   * without knowing it.
   */
  readonly salt: Int32Array
}

const initialPlaces = 2048
/** The largest share of occupied places: above it, lookups get slow. */
const fullest = 0.7
/** Digests are stored in chunks, so that growing neither copies them nor takes twice the memory. */
const pieceBits = 12
const digestsInPiece = 1 << pieceBits

/** The length of a sha256 digest as text. */
const startLength = 71

const startOf = (number: number): number => (number & (digestsInPiece - 1)) * words

export const createDigestTable = (): DigestTable =>
  tableOf({
    pieces: [],
    places: new Int32Array(initialPlaces),
    size: 0,
    others: new Map(),
    texts: new Map(),
    salt: new Int32Array(words),
  })

function tableOf({ pieces, others, texts, salt, ...contents }: Contents): DigestTable {
  let { places, size } = contents
  const key = new Int32Array(words)
  /** The numbers of `others` by how they begin, as of when there were that many. */
  let starts = { count: 0, numbers: new Map<string, number[]>() }

  const pieceOf = (number: number): Int32Array => pieces[number >> pieceBits] ?? key

  function hashOf(from: Int32Array, at: number): number {
    let hash = 0
    for (let word = 0; word < words; word += 1) {
      hash = Math.imul(hash ^ (from[at + word] ?? 0) ^ (salt[word] ?? 0), 0x9e3779b1)
      hash ^= hash >>> 15
    }
    return hash
  }

  /** The place of a digest, or the free one where it belongs. */
  function placeOf(from: Int32Array, at: number): number {
    const mask = places.length - 1
    let place = hashOf(from, at) & mask
    for (;;) {
      const found = (places[place] ?? 0) - 1
      if (found < 0 || isSame(found, from, at)) return place
      place = (place + 1) & mask
    }
  }

  function isSame(number: number, from: Int32Array, at: number): boolean {
    const piece = pieceOf(number)
    const start = startOf(number)
    for (let word = 0; word < words; word += 1) {
      if (piece[start + word] !== from[at + word]) return false
    }
    return true
  }

  /** Doubles the places. All digests differ, so each gets the first free place. */
  function spread(): void {
    places = new Int32Array(places.length * 2)
    const mask = places.length - 1
    // By number, as the digests lie in memory: by their old places, each would be far from the last.
    for (let number = 0; number < size; number += 1) {
      // Not one of another algorithm.
      if (texts.size > 0 && texts.has(number)) continue
      let place = hashOf(pieceOf(number), startOf(number)) & mask
      while (places[place] !== 0) place = (place + 1) & mask
      places[place] = number + 1
    }
  }

  function nextNumber(): number {
    const number = size
    size += 1
    if (number % digestsInPiece === 0) pieces.push(new Int32Array(digestsInPiece * words))
    return number
  }

  function addWords(from: Int32Array, at: number): number {
    // Before any place depends on it.
    if (size === 0) salt.set(from.subarray(at, at + words))
    if (size >= places.length * fullest) spread()
    const place = placeOf(from, at)
    const known = (places[place] ?? 0) - 1
    if (known >= 0) return known
    const number = nextNumber()
    const piece = pieceOf(number)
    const start = startOf(number)
    for (let word = 0; word < words; word += 1) piece[start + word] = from[at + word] ?? 0
    places[place] = number + 1
    return number
  }

  const findWords = (from: Int32Array, at: number): number => (places[placeOf(from, at)] ?? 0) - 1

  function find(digest: Digest): number {
    if (others.size > 0) {
      const other = others.get(digest)
      if (other !== undefined) return other
    }
    return readWords(digest, key) ? findWords(key, 0) : -1
  }

  function findStarting(start: string): readonly number[] {
    const whole = find(start as Digest)
    if (whole >= 0) return [whole]
    if (starts.count !== others.size) starts = { count: others.size, numbers: byStart(others) }
    return starts.numbers.get(start) ?? []
  }

  function refuseUnknown(number: number): void {
    if (number < 0 || number >= size) throw new RangeError(`no digest has the number ${number}`)
  }

  return {
    get size() {
      return size
    },
    find,
    findStarting,
    findWords,
    addWords,
    add(digest) {
      const known = find(digest)
      if (known >= 0) return known
      if (isSha256(digest)) return addWords(key, 0)
      const number = nextNumber()
      others.set(digest, number)
      texts.set(number, digest)
      return number
    },
    alias(digest, number) {
      others.set(digest, number)
    },
    digestOf(number) {
      refuseUnknown(number)
      return texts.get(number) ?? digestAt(pieceOf(number), startOf(number))
    },
    packed(numbers) {
      const packed = new Int32Array(numbers.length * words)
      const otherwise: [number, Digest][] = []
      let position = 0
      for (const number of numbers) {
        refuseUnknown(number)
        const text = texts.size > 0 ? texts.get(number) : undefined
        if (text === undefined) {
          const piece = pieceOf(number)
          const start = startOf(number)
          const at = position * words
          for (let word = 0; word < words; word += 1) packed[at + word] = piece[start + word] ?? 0
        } else otherwise.push([position, text])
        position += 1
      }
      return { words: packed, others: otherwise }
    },
    copy: () =>
      tableOf({
        pieces: pieces.map((piece) => piece.slice()),
        places: places.slice(),
        size,
        others: new Map(others),
        texts: new Map(texts),
        salt: salt.slice(),
      }),
  }
}

function byStart(digests: ReadonlyMap<Digest, number>): Map<string, number[]> {
  const numbers = new Map<string, number[]>()
  for (const [digest, number] of digests) {
    const start = digest.slice(0, startLength)
    const known = numbers.get(start)
    if (known === undefined) numbers.set(start, [number])
    else if (!known.includes(number)) known.push(number)
  }
  return numbers
}
