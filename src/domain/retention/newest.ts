import { pushedOf, usedRange, type Candidate, type Certainty } from './conditions.ts'
import type { Circumstances, ImageFacts, TimeRange } from './facts.ts'
import type { Selector } from './policy.ts'
import type { TakeTurns } from './turns.ts'
import { versionKey } from './version-order.ts'

/** A candidate and whether the other parts of a selector match it. */
export interface Selected {
  readonly candidate: Candidate
  readonly certainty: Certainty
}

/** Between these lies what something is ranked by: times, or keys of versions. */
interface Bounds {
  low: number | string
  high: number | string
}

const lowest = { pushed: -Infinity, pulled: -Infinity, version: '' } as const

const boundsOf = (range: TimeRange | null, { nowMs }: Circumstances): Bounds =>
  // A time that is yet to come would displace true ones.
  range === null || range.toMs > nowMs
    ? { low: -Infinity, high: Infinity }
    : { low: range.fromMs, high: range.toMs }

/** Null: a tag that is no version. */
function rankOf(
  candidate: Candidate,
  { by }: NonNullable<Selector['newest']>,
  around: Circumstances,
): Bounds | null {
  if (by === 'pushed') return boundsOf(pushedOf(candidate), around)
  if (by === 'pulled') return boundsOf(usedRange(candidate, around), around)
  const key = versionKey(candidate.tag?.name ?? '')
  return key === null ? null : { low: key, high: key }
}

export interface Newest {
  /** Images that count, because something about them is known or may be. */
  readonly counted: ReadonlySet<ImageFacts>
  /** Those that are not among the newest, for certain. */
  readonly outside: ReadonlySet<ImageFacts>
  /** Not ranked itself, such as a tag that is no version. */
  readonly unranked: ReadonlySet<Candidate>
}

/**
 * Divides images into the newest and the others. Images are counted, however many tags each has. An
 * image is outside only if enough others are newer by the least that is known: equal ones stay
 * together, and unknown ones displace none, so that neither chance nor a lost time decides.
 */
export async function findNewest(
  selected: readonly Selected[],
  newest: NonNullable<Selector['newest']>,
  around: Circumstances,
  takeTurns: TakeTurns,
): Promise<Newest> {
  const bounds = new Map<ImageFacts, Bounds>()
  const unranked = new Set<Candidate>()
  for (const { candidate, certainty } of selected) {
    const turn = takeTurns(newest.by === 'version' ? 20 : 4)
    if (turn) await turn
    const rank = rankOf(candidate, newest, around)
    if (rank === null) {
      unranked.add(candidate)
      continue
    }
    // What is selected only perhaps displaces none.
    if (certainty !== 'yes') rank.low = lowest[newest.by]
    const before = bounds.get(candidate.image)
    if (before === undefined) bounds.set(candidate.image, rank)
    else {
      if (rank.low > before.low) before.low = rank.low
      if (rank.high > before.high) before.high = rank.high
    }
  }
  const top = createTop(newest.count)
  for (const { low } of bounds.values()) {
    const turn = takeTurns(2)
    if (turn) await turn
    top.add(low)
  }
  const least = top.least()
  const outside = new Set<ImageFacts>()
  for (const [image, { high }] of bounds) {
    const turn = takeTurns(1)
    if (turn) await turn
    if (least !== null && high < least) outside.add(image)
  }
  return { counted: new Set(bounds.keys()), outside, unranked }
}

/** The highest of many values, in ascending order. */
function createTop(count: number) {
  const values: (number | string)[] = []
  return {
    add(value: number | string): void {
      const [least] = values
      if (values.length === count && least !== undefined && value <= least) return
      let from = 0
      let to = values.length
      while (from < to) {
        const middle = (from + to) >> 1
        const at = values[middle]
        if (at !== undefined && at < value) from = middle + 1
        else to = middle
      }
      values.splice(from, 0, value)
      if (values.length > count) values.shift()
    },
    /** The last of them; null: there are fewer. */
    least: () => (values.length === count ? (values[0] ?? null) : null),
  }
}
