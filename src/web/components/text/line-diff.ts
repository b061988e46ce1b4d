/** A line of two texts: in both, only in the first, or only in the second. */
export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new'
  readonly text: string
}

/** Comparing more than this would keep a page from answering. */
const maximumCells = 4_000_000

const linesOf = (text: string): readonly string[] =>
  text === '' ? [] : text.replace(/\n$/, '').split('\n')

/** The least that changes one text into another, line by line; of very different long texts all. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [old, now] = [linesOf(before), linesOf(after)]
  let start = 0
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start += 1
  let end = 0
  while (
    end < Math.min(old.length, now.length) - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  ) {
    end += 1
  }
  const as = (kind: DiffLine['kind']) => (text: string) => ({ kind, text })
  return [
    ...old.slice(0, start).map(as('same')),
    ...diffMiddle(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...old.slice(old.length - end).map(as('same')),
  ]
}

function diffMiddle(old: readonly string[], now: readonly string[]): readonly DiffLine[] {
  const width = now.length + 1
  const isTooLong = old.length * now.length > maximumCells
  /** How many lines the rests from here have in common, row by row. */
  const common = new Uint32Array(isTooLong ? 0 : (old.length + 1) * width)
  const commonAt = (i: number, j: number): number => common[i * width + j] ?? 0
  for (let i = isTooLong ? -1 : old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        old[i] === now[j]
          ? commonAt(i + 1, j + 1) + 1
          : Math.max(commonAt(i + 1, j), commonAt(i, j + 1))
    }
  }
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    const [gone, added] = [old[i], now[j]]
    if (gone !== undefined && gone === added && !isTooLong) {
      lines.push({ kind: 'same', text: gone })
      i += 1
      j += 1
    } else if (
      gone !== undefined &&
      (added === undefined || commonAt(i + 1, j) >= commonAt(i, j + 1))
    ) {
      lines.push({ kind: 'gone', text: gone })
      i += 1
    } else {
      lines.push({ kind: 'new', text: added ?? '' })
      j += 1
    }
  }
  return lines
}
