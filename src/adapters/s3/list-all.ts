import { compareKeys } from '#storage/key-order.ts'
import type { Bucket } from './bucket.ts'
import { keysInPage, listPage, type FoundObject } from './list-pages.ts'

export interface ListAllOptions {
  /** Lists at the same time. */
  readonly atOnce?: number
  /** Below that, one list is as fast, and costs no page that is cut at the end of its range. */
  readonly pagesBeforeSplit?: number
  readonly keysInPage?: number
}

/** Lists at the same time: more do not make a store faster. */
const listsAtOnce = 16
/** Some 60,000 keys. */
const pagesInOneList = 60
/** One more request for so many, at most, is the price of lists at the same time. */
const pagesForEachSplit = 8

/** What is greater than `after`, up to `end`, which belongs to it; null: to the end of the list. */
interface Range {
  readonly after: string
  end: string | null
  readonly found: FoundObject[]
}

const [lowest, highest] = [0x20, 0x7e]

/** A text between two, about in the middle; null where there is none that is easy to find. */
export function textBetween(after: string, end: string): string | null {
  let at = 0
  while (at < after.length && after[at] === end[at]) at += 1
  const unitAt = (text: string, position: number) =>
    position < text.length ? text.charCodeAt(position) : lowest - 1
  const [low, high] = [unitAt(after, at), unitAt(end, at)]
  if (low > highest || high > highest || high < low) return null
  if (high - low > 1) return after.slice(0, at) + String.fromCharCode((low + high) >> 1)
  const next = unitAt(after, at + 1)
  if (next >= highest - 1 || low < lowest) return null
  return after.slice(0, at + 1) + String.fromCharCode((next + highest + 1) >> 1)
}

/**
 * All objects below a prefix, in order. Long lists are read in several places at once: what is left
 * of one is cut in the middle of its keys as long as there is more to read than hands. Rejects
 * unless every part is whole.
 */
export async function listAllObjects(
  bucket: Bucket,
  prefix: string,
  options: ListAllOptions = {},
): Promise<readonly FoundObject[]> {
  const { atOnce = listsAtOnce, pagesBeforeSplit = pagesInOneList } = options
  const maximumKeys = options.keysInPage ?? keysInPage
  const ranges: Range[] = []
  let [pages, splits, active] = [0, 0, 0]

  /** Gives the second half of what is left of a range to another list. */
  function split(range: Range, seenUpTo: string, run: (half: Range) => void): void {
    if (active >= atOnce || pages < pagesBeforeSplit) return
    if (splits * pagesForEachSplit >= pages) return
    const middle = textBetween(seenUpTo, range.end ?? `${prefix}~`)
    if (middle === null) return
    splits += 1
    const half = { after: middle, end: range.end, found: [] }
    range.end = middle
    run(half)
  }

  async function read(range: Range, run: (half: Range) => void): Promise<void> {
    for (let after = range.after; ;) {
      const page = await listPage(bucket, { prefix, after, maximumKeys })
      pages += 1
      const { end } = range
      const inside = page.objects.filter(({ key }) => end === null || compareKeys(key, end) <= 0)
      for (const object of inside) range.found.push(object)
      const last = page.objects.at(-1)?.key
      if (page.next === null || last === undefined || inside.length < page.objects.length) return
      after = last
      split(range, after, run)
    }
  }

  await new Promise<void>((resolve, reject) => {
    async function readToEnd(range: Range): Promise<void> {
      try {
        await read(range, run)
        active -= 1
        if (active === 0) resolve()
      } catch (error) {
        reject(error)
      }
    }
    function run(range: Range): void {
      ranges.push(range)
      active += 1
      void readToEnd(range)
    }
    run({ after: prefix, end: null, found: [] })
  })
  const inOrder = ranges.toSorted((one, other) => compareKeys(one.after, other.after))
  return inOrder.flatMap(({ found }) => found)
}
