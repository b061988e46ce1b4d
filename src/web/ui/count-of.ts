const grouped = new Intl.NumberFormat('en')

/** "1 tag", "1,024 tags". */
export const countOf = (count: number, singular: string, plural = `${singular}s`): string =>
  `${grouped.format(count)} ${count === 1 ? singular : plural}`

export const formatCount = (count: number): string => grouped.format(count)

/** "a, b, c and 46 more": names in a sentence, which must have an end; `names` may be the first of more. */
export function namesOf(names: readonly string[], limit: number, count = names.length): string {
  const named = names.slice(0, limit)
  const more = count - named.length
  return named.join(', ') + (more > 0 ? ` and ${formatCount(more)} more` : '')
}
