/** The measures of the dense form, in pixels. */
export const dense = {
  /** The height of column heads, and of a row: large enough for a finger. */
  head: 140,
  row: 24,
  /** The start of the bars, and the length of the longest. */
  bar: 132,
  barWidth: 70,
  /** The start of the columns. */
  left: 280,
  cell: 24,
  /** The least width of the heading of all columns. */
  columnHead: 96,
  right: 8,
} as const
