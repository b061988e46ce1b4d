import type { ManifestReadings } from '#gc/ports/manifest-readings.ts'
import type { Digest } from '#domain/values/digest.ts'
import { wordsInDigest } from '#domain/values/packed-digests.ts'

/** One manifest out of an answer about several. */
export interface ReadingsRow {
  readonly from: ManifestReadings
  /** Its position there. */
  readonly row: number
}

type InOrder<T> = readonly (readonly [position: number, value: T])[]

/** Which of them is the first that is not before a position. */
function firstFrom(pairs: InOrder<unknown>, position: number): number {
  let low = 0
  let high = pairs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((pairs[middle]?.[0] ?? 0) < position) low = middle + 1
    else high = middle
  }
  return low
}

function* valuesAt<T>(pairs: InOrder<T>, position: number): Generator<T> {
  for (let at = firstFrom(pairs, position); at < pairs.length; at += 1) {
    const pair = pairs[at]
    if (pair?.[0] !== position) return
    yield pair[1]
  }
}

/** Where what a manifest lists begins and ends in the columns of targets. */
export const targetsOf = ({ from, row }: ReadingsRow): readonly [first: number, last: number] => [
  row === 0 ? 0 : (from.ends[row - 1] ?? 0),
  from.ends[row] ?? 0,
]

/** What it is attached to; of nearly all nothing, or one. */
export const subjectsOf = ({ from, row }: ReadingsRow): readonly Digest[] => [
  ...valuesAt(from.subjects, row),
]

/** Whether something about it has to be told each time. */
export const isOdd = ({ from, row }: ReadingsRow): boolean =>
  from.reasons[firstFrom(from.reasons, row)]?.[0] === row

/** Whether it lists anything by a digest of another algorithm than sha256. */
export function listsOthers({ from, row }: ReadingsRow): boolean {
  const [first, last] = targetsOf({ from, row })
  const { others } = from.targets
  return (others[firstFrom(others, first)]?.[0] ?? last) < last
}

/** Puts manifests out of several answers into one, in the order given. */
export function gatherReadings(rows: readonly ReadingsRow[]): ManifestReadings {
  const count = rows.reduce((sum, row) => {
    const [first, last] = targetsOf(row)
    return sum + last - first
  }, 0)
  const kinds = new Uint8Array(rows.length)
  const sizes = new Float64Array(rows.length)
  const ends = new Int32Array(rows.length)
  const words = new Int32Array(count * wordsInDigest)
  const targetKinds = new Uint8Array(count)
  const targetSizes = new Float64Array(count)
  const others: [number, Digest][] = []
  const subjects: [number, Digest][] = []
  const reasons: [number, string][] = []
  let end = 0
  for (const [position, { from, row }] of rows.entries()) {
    const [first, last] = targetsOf({ from, row })
    kinds[position] = from.kinds[row] ?? 0
    sizes[position] = from.sizes[row] ?? 0
    words.set(
      from.targets.words.subarray(first * wordsInDigest, last * wordsInDigest),
      end * wordsInDigest,
    )
    targetKinds.set(from.targetKinds.subarray(first, last), end)
    targetSizes.set(from.targetSizes.subarray(first, last), end)
    const pairs = from.targets.others
    for (let other = firstFrom(pairs, first); other < pairs.length; other += 1) {
      const [target, digest] = pairs[other] ?? []
      if (target === undefined || digest === undefined || target >= last) break
      others.push([end + target - first, digest])
    }
    for (const subject of valuesAt(from.subjects, row)) subjects.push([position, subject])
    for (const reason of valuesAt(from.reasons, row)) reasons.push([position, reason])
    end += last - first
    ends[position] = end
  }
  return {
    kinds,
    sizes,
    ends,
    targets: { words, others },
    targetKinds,
    targetSizes,
    subjects,
    reasons,
  }
}
