import type { ParsedManifestTable } from '#graph/packed/parsed-manifests.ts'
import type { Digest } from '#domain/values/digest.ts'
import { wordsInDigest } from '#domain/values/packed-digests.ts'

/** One manifest of a table. */
export interface ManifestRow {
  readonly columns: ParsedManifestTable
  /** Its position in the table. */
  readonly row: number
}

type InOrder<T> = readonly (readonly [position: number, value: T])[]

/** The index of the first pair at or after a position. */
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

/** Where the targets of a manifest begin and end in the columns of targets. */
export const targetsOf = ({
  columns,
  row,
}: ManifestRow): readonly [first: number, last: number] => [
  row === 0 ? 0 : (columns.ends[row - 1] ?? 0),
  columns.ends[row] ?? 0,
]

/** The subjects of a manifest: nearly always none, or one. */
export const subjectsOf = ({ columns, row }: ManifestRow): readonly Digest[] => [
  ...valuesAt(columns.subjects, row),
]

/** Whether something about the manifest is odd: each inventory has to report that. */
export const isOdd = ({ columns, row }: ManifestRow): boolean =>
  columns.reasons[firstFrom(columns.reasons, row)]?.[0] === row

/** Whether the manifest lists anything by another algorithm than sha256. */
export function listsOthers({ columns, row }: ManifestRow): boolean {
  const [first, last] = targetsOf({ columns, row })
  const { others } = columns.targets
  return (others[firstFrom(others, first)]?.[0] ?? last) < last
}

/** Builds one table from rows of several tables, in the order given. */
export function tableOfRows(rows: readonly ManifestRow[]): ParsedManifestTable {
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
  for (const [position, { columns, row }] of rows.entries()) {
    const [first, last] = targetsOf({ columns, row })
    kinds[position] = columns.kinds[row] ?? 0
    sizes[position] = columns.sizes[row] ?? 0
    words.set(
      columns.targets.words.subarray(first * wordsInDigest, last * wordsInDigest),
      end * wordsInDigest,
    )
    targetKinds.set(columns.targetKinds.subarray(first, last), end)
    targetSizes.set(columns.targetSizes.subarray(first, last), end)
    const pairs = columns.targets.others
    for (let other = firstFrom(pairs, first); other < pairs.length; other += 1) {
      const [target, digest] = pairs[other] ?? []
      if (target === undefined || digest === undefined || target >= last) break
      others.push([end + target - first, digest])
    }
    for (const subject of valuesAt(columns.subjects, row)) subjects.push([position, subject])
    for (const reason of valuesAt(columns.reasons, row)) reasons.push([position, reason])
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
