const dayMs = 24 * 60 * 60 * 1000

/** The ranges of the savings chart; the ids stand in the URL as `?range=30d`. */
export const savingsRanges = [
  { id: '7d', label: '7 d', words: 'in the last 7 days', lengthMs: 7 * dayMs },
  { id: '30d', label: '30 d', words: 'in the last 30 days', lengthMs: 30 * dayMs },
  { id: '1y', label: '1 y', words: 'in the last year', lengthMs: 365 * dayMs },
  { id: 'all', label: 'all', words: 'since the first run', lengthMs: null },
] as const

export type SavingsRange = (typeof savingsRanges)[number]

const standard: SavingsRange = savingsRanges[1]

/** The range in the URL, or 30 days. */
export const parseSavingsRange = (id: string | null): SavingsRange =>
  savingsRanges.find((range) => range.id === id) ?? standard
