/** Where things are in the dense form, in pixels. */
export const dense = {
  /** Height of the heads of columns, and of a row: each large enough for a finger. */
  head: 78,
  row: 24,
  /** Where the bars begin, and how long the longest is. */
  bar: 132,
  barWidth: 70,
  /** Where the columns begin. */
  left: 280,
  cell: 24,
  mark: 12,
  right: 8,
} as const
