const grouped = new Intl.NumberFormat('en')

/** "1 tag", "1,024 tags". */
export const countOf = (count: number, singular: string, plural = `${singular}s`): string =>
  `${grouped.format(count)} ${count === 1 ? singular : plural}`

export const formatCount = (count: number): string => grouped.format(count)

/** "a, b, c and 46 more": names in a sentence, which must have an end. */
export function namesOf(names: readonly string[], limit: number): string {
  const more = names.length - limit
  return more <= 0
    ? names.join(', ')
    : `${names.slice(0, limit).join(', ')} and ${formatCount(more)} more`
}
