const dayMs = 24 * 60 * 60 * 1000

/** The ranges of the savings chart; the ids stand in the URL as `?range=30d`. */
export const savingsRanges = [
  { id: '7d', label: '7 d', length: '7 days', lengthMs: 7 * dayMs },
  { id: '30d', label: '30 d', length: '30 days', lengthMs: 30 * dayMs },
  { id: '90d', label: '90 d', length: '90 days', lengthMs: 90 * dayMs },
  { id: '1y', label: '1 y', length: 'a year', lengthMs: 365 * dayMs },
  { id: 'all', label: 'All', length: null, lengthMs: null },
  { id: 'custom', label: 'Custom', length: null, lengthMs: null },
] as const

export type SavingsRangeId = (typeof savingsRanges)[number]['id']

/** A range as the URL has it. */
export interface SavingsRange {
  readonly id: SavingsRangeId
  /** "30 days"; null where it has no length of its own. */
  readonly length: string | null
  readonly lengthMs: number | null
  /** Only of a range that a person chose; milliseconds since the epoch. */
  readonly chosen: Period | null
}

export interface Period {
  readonly fromMs: number
  readonly toMs: number
}

/** A choice shorter than this shows nothing. */
const shortestMs = 60_000

/** `from` and `to` of the URL; null: they are no period. */
function readPeriod(parameters: URLSearchParams): Period | null {
  const fromMs = Date.parse(parameters.get('from') ?? '')
  const toMs = Date.parse(parameters.get('to') ?? '')
  return toMs - fromMs >= shortestMs ? { fromMs, toMs } : null
}

/** The range in the URL, or 30 days. */
export function readSavingsRange(parameters: URLSearchParams): SavingsRange {
  const chosen = readPeriod(parameters)
  const id = parameters.get('range')
  const [, standard] = savingsRanges
  const range = savingsRanges.find((each) => each.id === id) ?? standard
  if (range.id !== 'custom') return { ...range, chosen: null }
  return chosen === null ? { ...standard, chosen } : { ...range, chosen }
}

/** `2026-11-24T01:00Z`: the URL needs no seconds. */
const toUrl = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16)}Z`

/** What the URL says of a range: to be passed to `updateUrl`. */
export const rangeInUrl = (id: SavingsRangeId, chosen: Period | null) => ({
  range: id,
  from: chosen && toUrl(chosen.fromMs),
  to: chosen && toUrl(chosen.toMs),
})

/** When a range begins and ends; `firstMs` is the time of the first run of all. */
export function periodOf(range: SavingsRange, nowMs: number, firstMs: number | null): Period {
  if (range.chosen !== null) return range.chosen
  if (range.lengthMs !== null) return { fromMs: nowMs - range.lengthMs, toMs: nowMs }
  // A single run must not stand at the edge.
  const fromMs = firstMs === null ? nowMs - dayMs : Math.min(firstMs, nowMs - dayMs)
  return { fromMs: fromMs - (nowMs - fromMs) * 0.02, toMs: nowMs }
}

/** From when on runs are asked for: the period before it is compared. Null: all. */
export function askedFromMs({ chosen, lengthMs }: SavingsRange, nowMs: number): number | null {
  if (chosen !== null) return chosen.fromMs - (chosen.toMs - chosen.fromMs)
  return lengthMs === null ? null : nowMs - 2 * lengthMs
}

/** "the last 30 days": completes "freed in …", "no run in …". */
export function rangeWords({ id, length }: SavingsRange): string {
  if (id === 'all') return 'all time'
  if (length === null) return 'the chosen time'
  return id === '1y' ? 'the last year' : `the last ${length}`
}
